"""Figures of generators, each beside what real pictures get.

    judge/          small classifiers trained on the real pictures: training, files, and which one fits a checkpoint
    features/       networks trained on other pictures, and features of pictures by a judge or by one of these
    metrics/        FD, KID, precision, coverage ... of samples against real pictures; `evaluation` takes them all
    memorising/     whether samples lie nearer to training pictures than held-out ones do
    grounding/      whether words that are no labels are drawn as what they mean
    discriminator/  what a discriminator's features tell of classes

`sampling` draws the samples, and `training_pictures` finds the real pictures of a checkpoint, for all of them.
"""
