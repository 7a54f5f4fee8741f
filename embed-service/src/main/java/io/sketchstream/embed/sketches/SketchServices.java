package io.sketchstream.embed.sketches;

import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.tracing.Tracing;
import java.time.InstantSource;
import java.util.concurrent.Executor;

/// What the sketch loop needs.
///
/// @param decoders renders sketches and writes their answers; its queue is bounded by the sketches
///   in flight
public record SketchServices(
    KafkaClients clients,
    Executor decoders,
    SketchOptions options,
    SketchMetrics metrics,
    Tracing tracing,
    InstantSource clock) {}
