package io.sketchstream.trainer.train;

import java.nio.file.Path;
import java.util.Optional;

/// Options that do not change the result.
///
/// @param out output directory of the run and the model
/// @param initial pretrained weights of the network; if absent, it is trained from scratch
/// @param teacher directory of the teacher; if absent, `initial` with its own classifier
/// @param checkpointEvery iterations between checkpoints, 0 for none
/// @param validateEvery iterations between evaluations during training, 0 for none
/// @param resume whether to continue from the checkpoint and the finished runs in `out`
/// @param command the command that reproduces this model, for its manifest
public record TrainingRunOptions(
    Path out,
    Optional<Path> initial,
    Optional<Path> teacher,
    int checkpointEvery,
    int validateEvery,
    boolean resume,
    String command) {}
