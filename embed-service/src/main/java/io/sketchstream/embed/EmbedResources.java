package io.sketchstream.embed;

import io.sketchstream.shell.tracing.Tracing;
import java.time.InstantSource;

/// What all loops of this service share.
record EmbedResources(
    KafkaClients clients,
    EmbedOptions options,
    InferenceExecutor inference,
    Decoders decoders,
    EmbedMetrics metrics,
    Tracing tracing,
    InstantSource clock) {}
