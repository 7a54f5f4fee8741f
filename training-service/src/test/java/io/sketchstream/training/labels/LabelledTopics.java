package io.sketchstream.training.labels;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.sketchstream.events.ExampleLabelled;
import io.sketchstream.events.ImageIngested;
import io.sketchstream.events.Sketch;
import io.sketchstream.testing.TinyDataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Fills `images` and `labels` with polygons, as ingest would.
public final class LabelledTopics implements AutoCloseable {
  private final KafkaProducer<byte[], byte[]> producer;
  private final List<String> sketchLabels = new ArrayList<>();

  public LabelledTopics(Map<String, Object> kafka) {
    producer = new KafkaProducer<>(kafka, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /// Classes of as many photos and sketches each, all labelled: image `<class>-<n>` by label
  /// `photo-<class>-<n>`.
  public void fill(Path folder, int classes, int each) throws Exception {
    TinyDataset.write(folder, classes, each, 5);
    for (Path file : files(folder.resolve("photos"))) {
      String name = name(file);
      image(name, Files.readAllBytes(file));
      label("photo-" + name, photo(name, file.getParent().getFileName().toString()));
    }
    for (Path file : files(folder.resolve("sketches"))) {
      ExampleLabelled.Builder sketch =
          ExampleLabelled.newBuilder()
              .setClassName(file.getParent().getFileName().toString())
              .setSketch(
                  Sketch.newBuilder().setRaster(ByteString.copyFrom(Files.readAllBytes(file))));
      label("sketch-" + name(file), sketch);
      sketchLabels.add("sketch-" + name(file));
    }
    producer.flush();
  }

  public static ExampleLabelled.Builder photo(String imageId, String className) {
    return ExampleLabelled.newBuilder().setImageId(imageId).setClassName(className);
  }

  public void image(String imageId, byte[] jpeg) throws Exception {
    send(
        "images",
        imageId,
        ImageIngested.newBuilder().setImageId(imageId).setJpeg(ByteString.copyFrom(jpeg)).build());
  }

  public void label(String labelId, ExampleLabelled.Builder label) throws Exception {
    send("labels", labelId, label.setLabelId(labelId).build());
  }

  /// Withdraws the labels of all sketches.
  public void withdrawSketches() throws Exception {
    for (String label : sketchLabels) {
      remove("labels", label);
    }
  }

  /// Removes an image, or withdraws a label.
  public void remove(String topic, String key) throws Exception {
    send(topic, key, null);
  }

  private void send(String topic, String key, MessageLite value)
      throws ExecutionException, InterruptedException {
    byte[] bytes = value == null ? null : value.toByteArray();
    producer.send(new ProducerRecord<>(topic, key.getBytes(UTF_8), bytes)).get();
  }

  private static String name(Path file) {
    return file.getParent().getFileName()
        + "-"
        + file.getFileName().toString().replaceAll("\\D", "");
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
