package io.sketchstream.training.runs;

/// The conditions of the [Gate]; [io.sketchstream.training.TrainingServiceConfig] documents each.
record GateOptions(double margin, double confidence, int examplesMax, double elsewhereMargin) {}
