package io.sketchstream.embed;

import java.time.InstantSource;
import java.util.concurrent.ExecutorService;

/// What all loops of this service share.
record EmbedResources(
    KafkaClients clients,
    EmbedOptions options,
    InferenceExecutor inference,
    ExecutorService decoders,
    EmbedMetrics metrics,
    InstantSource clock) {}
