"""Gradio's own parts of the page in the app's colours, with the system's fonts: nothing is fetched from elsewhere."""

FONTS = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "sans-serif"]
MONO = ["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace"]

# The page is one calm sheet: no frame, no padding and no footer of Gradio's around it.
STYLE = """
.gradio-container, .gradio-container :is(.main, .column, .block, .html-container) {
  padding: 0 !important; border: 0 !important; gap: 0 !important;
  box-shadow: none !important; background: transparent !important;
}
.gradio-container { max-width: none !important; }
body, gradio-app { background: #faf9f6 !important; }
body.dark, .dark gradio-app { background: #131315 !important; }
footer { display: none !important; }
"""


def theme():
    """A `gr.themes.Base` in our colours."""
    import gradio as gr

    return gr.themes.Base(font=FONTS, font_mono=MONO, primary_hue="blue", neutral_hue="stone").set(
        body_background_fill="#faf9f6",
        body_background_fill_dark="#131315",
        body_text_color="#1f1e1b",
        body_text_color_dark="#efeeec",
    )
