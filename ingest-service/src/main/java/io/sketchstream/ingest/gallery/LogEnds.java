package io.sketchstream.ingest.gallery;

import io.sketchstream.events.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/// Asks Kafka where the partitions of `images` end now. Every write acknowledged before the
/// question, by whichever instance, is before the answer.
final class LogEnds {
  private final Admin admin;
  private final Duration timeout;

  LogEnds(Admin admin, Duration timeout) {
    this.admin = admin;
    this.timeout = timeout;
  }

  /// @return the end of each partition asked for
  /// @throws UnavailableException when Kafka does not answer in time
  Map<Integer, Long> of(Collection<Integer> partitions) {
    ListOffsetsResult answer =
        admin.listOffsets(
            partitions.stream()
                .collect(
                    Collectors.toMap(
                        partition -> new TopicPartition(Topics.IMAGES.name(), partition),
                        _ -> OffsetSpec.latest())));
    Map<Integer, Long> ends = new HashMap<>();
    try {
      answer
          .all()
          .get(timeout.toMillis(), TimeUnit.MILLISECONDS)
          .forEach((partition, end) -> ends.put(partition.partition(), end.offset()));
    } catch (ExecutionException | TimeoutException e) {
      throw new UnavailableException("Kafka does not say where [images] ends", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnavailableException("interrupted while asking Kafka where [images] ends", e);
    }
    return ends;
  }
}
