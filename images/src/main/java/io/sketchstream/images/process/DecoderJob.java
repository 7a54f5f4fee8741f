package io.sketchstream.images.process;

import io.sketchstream.images.Patience;
import java.time.Duration;

/// A file for a decoder process.
///
/// @param task the task that decodes it
/// @param patience of the caller; one process is reserved for those who are in a hurry
/// @param decodeMax how long a file may take: one that takes longer is refused, then and later.
///   When much less time was left, the file is not at fault
@SuppressWarnings("ArrayRecordComponent") // Short-lived, never compared.
public record DecoderJob(
    Class<? extends DecoderTask> task,
    byte[] file,
    int[] parameters,
    Patience patience,
    Duration decodeMax) {}
