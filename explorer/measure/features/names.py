"""Names of the feature networks, and of figures: each figure is named by the network whose features it is taken on."""

LITE0, INCEPTION = "lite0", "inception"
ABOUT = {
    LITE0: "EfficientNet-Lite0, trained on ImageNet",
    INCEPTION: "the Inception v3 of 2015, trained on ImageNet",
}
"""A description of each network. No judge may have such a name."""


def figure_name(figure: str, network: str) -> str:
    """`FD[lite0]`, `KID[fashion-mnist]`; plain FID, KID and IS for the Inception network alone.

    figure: FD, KID or IS. network: the name of a judge, or of a feature network.
    """
    if network == INCEPTION:
        return "FID" if figure == "FD" else figure
    return f"{figure}[{network}]"
