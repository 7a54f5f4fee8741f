package io.sketchstream.images.process;

import io.sketchstream.images.Patience;
import java.time.Duration;

/// A file for a decoder process.
///
/// @param task the task that decodes it
/// @param patience of the caller; one process is reserved for those who are in a hurry
/// @param decodeMax how long it may take for this caller: if it takes longer, it is refused. When
///   much less time was left, the file is not at fault
/// @param fileMax how long such a file may take for any caller, `decodeMax` or more: one that had
///   about this time is refused later, too
@SuppressWarnings("ArrayRecordComponent") // Short-lived, never compared.
public record DecoderJob(
    Class<? extends DecoderTask> task,
    byte[] file,
    int[] parameters,
    Patience patience,
    Duration decodeMax,
    Duration fileMax) {
  /// A file that may take as long for this caller as for any.
  public DecoderJob(
      Class<? extends DecoderTask> task,
      byte[] file,
      int[] parameters,
      Patience patience,
      Duration decodeMax) {
    this(task, file, parameters, patience, decodeMax, decodeMax);
  }
}
