package io.sketchstream.embed.sketches;

import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.tracing.Tracing;
import java.time.InstantSource;
import java.util.concurrent.Executor;

/// What the sketch loop needs.
///
/// @param decoders renders strokes and plain rasters, and writes all answers; its queue is bounded
///   by the sketches in flight
/// @param foreignDecoders waits for the decoder processes, which may take seconds; rejects what is
///   too much
public record SketchServices(
    KafkaClients clients,
    Executor decoders,
    Executor foreignDecoders,
    SketchOptions options,
    SketchMetrics metrics,
    Tracing tracing,
    InstantSource clock) {}
