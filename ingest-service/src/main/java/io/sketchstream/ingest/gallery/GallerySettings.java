package io.sketchstream.ingest.gallery;

import io.sketchstream.events.TopicProvisioner;
import java.nio.file.Path;
import java.time.Duration;

/// How a [Gallery] is kept.
///
/// @param stateDirectory where the gallery directory is on disk
/// @param topics how topics that do not exist yet are made
/// @param catchUpMax how long a call may wait for the directory to catch up with Kafka
/// @param readersMax how many images are read from Kafka at once
/// @param readTimeout how long reading an image may take
/// @param unreadWritesMax own writes that may be on their way back through Kafka at once
public record GallerySettings(
    Path stateDirectory,
    TopicProvisioner topics,
    Duration catchUpMax,
    int readersMax,
    Duration readTimeout,
    int unreadWritesMax) {}
