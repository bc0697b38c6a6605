"""The feature networks that are no judges, and what figures are called: always by the network that they came from."""

LITE0, INCEPTION = "lite0", "inception"
ABOUT = {
    LITE0: "EfficientNet-Lite0, trained on ImageNet",
    INCEPTION: "the Inception v3 of 2015, trained on ImageNet",
}
"""What each of them is. No judge may have such a name."""


def figure_name(figure: str, network: str) -> str:
    """`FD[lite0]`, `KID[fashion-mnist]`; FID, KID and IS alone where the field's own network was used, and nowhere
    else.

    figure: FD, KID or IS. network: the name of a judge, or of a feature network.
    """
    if network == INCEPTION:
        return "FID" if figure == "FD" else figure
    return f"{figure}[{network}]"
