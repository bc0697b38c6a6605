openInside();
