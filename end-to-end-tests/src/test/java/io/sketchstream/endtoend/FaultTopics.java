package io.sketchstream.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.Topics;
import io.sketchstream.testing.TopicRecords;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;

/// What the topics say, past the services: the last embedding of each image must be that of its
/// last record in `images`.
final class FaultTopics {
  private static final String EMBEDDINGS = "image-embeddings-";

  private FaultTopics() {}

  /// The last record of a key.
  ///
  /// @param offset where it lies; of an embedding, what it answers in `images`
  private record Last(long offset, boolean live) {}

  /// The images whose last embedding is not that of their last record.
  ///
  /// @throws IOException when Kafka does not say
  static List<String> wrong(FaultCluster cluster) throws IOException {
    List<String> wrong = new ArrayList<>();
    try {
      Map<String, Last> images = read(cluster, Topics.IMAGES.name(), false);
      for (String topic : cluster.admin().listTopics().names().get()) {
        if (topic.startsWith(EMBEDDINGS) && !topic.endsWith("-dead-letter")) {
          Map<String, Last> embedded = read(cluster, topic, true);
          images.forEach((id, image) -> {
            Last answer = embedded.get(id);
            boolean missing = answer == null && image.live();
            if (missing || (answer != null && !answer.equals(image))) {
              wrong.add("%s: %s in images, %s in %s".formatted(id, image, answer, topic));
            }
          });
          embedded.keySet().removeAll(images.keySet());
          embedded.values().removeIf(answer -> !answer.live());
          embedded.keySet().forEach(id -> wrong.add(id + " is in " + topic + " alone"));
        }
      }
      return wrong;
    } catch (ExecutionException | KafkaException e) {
      throw new IOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The removals in `images` now, each as its partition and offset.
  ///
  /// @throws IOException when Kafka does not say
  static Set<String> removals(FaultCluster cluster) throws IOException {
    Set<String> removals = new HashSet<>();
    try {
      for (ConsumerRecord<byte[], byte[]> record : records(cluster, Topics.IMAGES.name())) {
        if (record.value() == null) {
          removals.add(record.partition() + ":" + record.offset());
        }
      }
      return removals;
    } catch (KafkaException e) {
      throw new IOException(e);
    }
  }

  private static Map<String, Last> read(FaultCluster cluster, String topic, boolean answers) {
    Map<String, Last> last = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record : records(cluster, topic)) {
      long offset =
          answers ? EventHeaders.imagesOffset(record.headers()).orElse(-1) : record.offset();
      last.put(
          record.partition() + "/" + new String(record.key(), UTF_8),
          new Last(offset, record.value() != null));
    }
    return last;
  }

  private static List<ConsumerRecord<byte[], byte[]>> records(FaultCluster cluster, String topic) {
    return TopicRecords.of(Map.of("bootstrap.servers", cluster.bootstrapServers()), topic);
  }
}
