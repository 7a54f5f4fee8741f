package io.sketchstream.embed.generations;

import io.sketchstream.embed.device.Device;
import io.sketchstream.embed.images.ImageServices;
import io.sketchstream.embed.loops.LoopFailures;
import io.sketchstream.events.TopicProvisioner;
import io.sketchstream.shell.worker.Workers;
import java.time.Duration;

/// What the workers of all generations share.
///
/// @param standingQueriesMax most standing queries that are embedded
/// @param loadingNiceness nice value while the encoder of a backfill is loaded
/// @param retry how a loop restarts
public record GenerationServices(
    EncoderSource source,
    TopicProvisioner provisioner,
    Device device,
    ImageServices images,
    Workers workers,
    LoopFailures failures,
    int standingQueriesMax,
    int loadingNiceness,
    Retry retry) {

  /// Waits between restarts.
  public record Retry(Duration backoff, Duration backoffMax) {}
}
