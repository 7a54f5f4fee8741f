package io.sketchstream.embed;

import io.sketchstream.shell.tracing.Tracing;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;

/// What all loops of this service share.
record EmbedResources(
    KafkaClients clients,
    EmbedOptions options,
    InferenceExecutor inference,
    ExecutorService decoders,
    EmbedMetrics metrics,
    Tracing tracing,
    InstantSource clock) {}
