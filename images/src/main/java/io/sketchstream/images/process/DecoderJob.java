package io.sketchstream.images.process;

import java.time.Duration;

/// A file for a decoder process.
///
/// @param task the task that decodes it
/// @param timeout the longest time for decoding, and the longest wait for a process
/// @param urgent whether a user waits for the answer, as in a search; one process is reserved for
///   such jobs
@SuppressWarnings("ArrayRecordComponent") // Short-lived, never compared.
public record DecoderJob(
    Class<? extends DecoderTask> task,
    byte[] file,
    int[] parameters,
    Duration timeout,
    boolean urgent) {}
