package io.sketchstream.embed.images;

import io.sketchstream.embed.device.Decoders;
import io.sketchstream.shell.kafka.KafkaClients;
import io.sketchstream.shell.tracing.Tracing;
import java.time.Duration;
import java.time.InstantSource;

/// What the image loops of all generations share.
///
/// @param awayMax after this time without reading, a removal may have been missed
public record ImageServices(
    KafkaClients clients,
    Decoders decoders,
    ImageOptions options,
    ImageMetrics metrics,
    Tracing tracing,
    InstantSource clock,
    Duration awayMax) {}
