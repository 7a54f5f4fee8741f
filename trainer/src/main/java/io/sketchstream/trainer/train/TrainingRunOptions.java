package io.sketchstream.trainer.train;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Options that do not change the result.
///
/// @param out directory of the run and of the model
/// @param initial pretrained weights of the network; without, it is trained from scratch
/// @param teacher directory of the teacher; without, `initial` with its own classifier
/// @param checkpointEvery time between checkpoints, zero for none; an interrupt always leaves one
/// @param validateEvery iterations between evaluations on the way, 0 for none
/// @param resume whether to continue from the checkpoint and the finished runs in `out`
/// @param command what makes this model again, for its manifest
public record TrainingRunOptions(
    Path out,
    Optional<Path> initial,
    Optional<Path> teacher,
    Duration checkpointEvery,
    int validateEvery,
    boolean resume,
    String command) {}
