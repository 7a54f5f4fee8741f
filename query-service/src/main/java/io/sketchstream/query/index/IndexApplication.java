package io.sketchstream.query.index;

import io.sketchstream.events.Generation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.streams.StreamsConfig;

/// How the Kafka Streams application of every generation is set up.
///
/// @param kafka what all Kafka clients of the process share
/// @param stateDirectory holds a directory for each application
/// @param instanceId names this process to Kafka, the same after a restart: it then takes its
///   shards up at once instead of waiting until its former self has timed out
/// @param address where other processes reach this one, `host:port`
/// @param standbys further copies of each shard, in other processes
/// @param threads that apply embeddings, for each generation
/// @param sessionTimeout silence after which Kafka gives the shards of a process to others
/// @param commitInterval longest time between two commits of a shard that changes
/// @param closeTimeout how long a stop may take
public record IndexApplication(
    Map<String, Object> kafka,
    Path stateDirectory,
    String instanceId,
    String address,
    int standbys,
    int threads,
    Duration sessionTimeout,
    Duration commitInterval,
    Duration closeTimeout) {

  public IndexApplication {
    kafka = Map.copyOf(kafka);
  }

  Map<String, Object> settings(Generation generation) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, generation.queryApplication());
    settings.put(StreamsConfig.CLIENT_ID_CONFIG, generation.queryApplication());
    settings.put(StreamsConfig.STATE_DIR_CONFIG, stateDirectory.toString());
    settings.put(StreamsConfig.APPLICATION_SERVER_CONFIG, address);
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE);
    settings.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, "classic"); // The other has no standbys yet.
    settings.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, standbys);
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, threads);
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, commitInterval.toMillis());
    settings.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
    settings.put(StreamsConfig.STATE_CLEANUP_DELAY_MS_CONFIG, Duration.ofHours(1).toMillis());
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), instanceId);
    // A new process warms its copies up and then takes them over; look often whether it may.
    settings.put(
        StreamsConfig.PROBING_REBALANCE_INTERVAL_MS_CONFIG, Duration.ofMinutes(1).toMillis());
    int session = Math.toIntExact(sessionTimeout.toMillis());
    settings.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), session);
    settings.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), session / 3);
    return settings;
  }

  /// Deletes what a generation left on this disk, also when it was retired while this process was
  /// down.
  public void deleteState(Generation generation) {
    Path directory = stateDirectory.resolve(generation.queryApplication());
    if (!Files.exists(directory)) {
      return;
    }
    try {
      Files.walkFileTree(directory, new Deletion());
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the index of generation " + generation + " is still there", e);
    }
  }

  private static final class Deletion extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, IOException failure)
        throws IOException {
      Files.delete(directory);
      return FileVisitResult.CONTINUE;
    }
  }
}
