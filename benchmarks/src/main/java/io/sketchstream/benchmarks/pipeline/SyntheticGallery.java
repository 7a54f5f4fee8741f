package io.sketchstream.benchmarks.pipeline;

import io.sketchstream.events.EventHeaders;
import io.sketchstream.events.Generation;
import io.sketchstream.events.ImageAttributes;
import io.sketchstream.events.ImageEmbedded;
import io.sketchstream.events.Topic;
import io.sketchstream.events.Topics;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/// Clustered vectors, written directly to the embeddings topic: a gallery of any size without
/// pictures.
public final class SyntheticGallery {
  private static final int CLUSTERS = 1000;
  private static final double SPREAD = 0.6;

  private final Installation installation;

  public SyntheticGallery(Installation installation) {
    this.installation = installation;
  }

  /// Sends the vectors numbered `from` to `to`; a number always gives the same vector.
  public void fill(int from, int to) throws IOException, InterruptedException {
    Generation generation = installation.model().generation();
    Topic<ImageEmbedded> embeddings = Topics.imageEmbeddings(generation);
    Map<String, Object> settings = new HashMap<>(installation.kafka());
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 20);
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 1 << 18);
    try (KafkaProducer<String, ImageEmbedded> producer =
        new KafkaProducer<>(
            settings, new StringSerializer(), embeddings.valueSerde().serializer())) {
      int partitions = producer.partitionsFor(embeddings.name()).size();
      for (int number = from; number < to; number++) {
        String id = "synthetic-" + number;
        ProducerRecord<String, ImageEmbedded> embedded =
            new ProducerRecord<>(
                embeddings.name(),
                number % partitions,
                id,
                embedded(id, vector(number, installation.model().dimension())));
        EventHeaders.setImagesOffset(embedded.headers(), 0);
        producer.send(embedded);
      }
    }
  }

  private static ImageEmbedded embedded(String id, float[] vector) {
    ImageEmbedded.Builder event =
        ImageEmbedded.newBuilder()
            .setImageId(id)
            .setAttributes(ImageAttributes.newBuilder().setTitle(id));
    for (float x : vector) {
      event.addVector(x);
    }
    return event.build();
  }

  public static float[] vector(int number, int dimension) {
    Random centre = new Random(number % CLUSTERS);
    Random offset = new Random(1_000_003L * number + 7);
    float[] vector = new float[dimension];
    double squares = 0;
    for (int i = 0; i < dimension; i++) {
      vector[i] = (float) (centre.nextGaussian() + SPREAD * offset.nextGaussian());
      squares += (double) vector[i] * vector[i];
    }
    float norm = (float) Math.sqrt(squares);
    for (int i = 0; i < dimension; i++) {
      vector[i] /= norm;
    }
    return vector;
  }
}
