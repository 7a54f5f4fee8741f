package io.sketchstream.training.runs;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sketchstream.encoder.pixels.RefusedImageException;
import io.sketchstream.encoder.pixels.SketchRenderer;
import io.sketchstream.events.ExampleLabelled;
import io.sketchstream.events.ImageIngested;
import io.sketchstream.events.Topics;
import io.sketchstream.training.data.DatasetException;
import io.sketchstream.training.data.Domain;
import io.sketchstream.training.data.Example;
import io.sketchstream.training.data.FilePictureReader;
import io.sketchstream.training.data.LabelledPictures;
import io.sketchstream.training.data.StableHash;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// Makes a dataset from a snapshot of the topics.
///
/// 1. Read `labels` to its end in the snapshot. Sketches go to disk at once, words stay in memory.
/// 2. Settle what each example shows.
/// 3. Read `images` to its end in the snapshot, and keep the labelled ones on disk.
/// 4. Leave out classes with too few photos or sketches, and what a class has too many of.
///
/// The same snapshot gives the same dataset, as long as Kafka has not compacted it away since;
/// after that the dataset on disk is what counts.
///
/// **Threads:** one.
final class DatasetBuilder {
  private static final int TRIAL_SIZE = 64;
  private static final int LOOKS_AT_DISK_EVERY = 128;
  private static final Comparator<Example> BY_FILE = Comparator.comparing(Example::file);

  private final TopicReader reader;
  private final Options options;
  private final Path directory;
  private final SketchRenderer renderer = new SketchRenderer();
  private final LabelIndex labels;
  private final Set<String> sketches = new HashSet<>();
  private final Set<String> unreadable = new HashSet<>();
  private final Set<String> photos = new HashSet<>();
  private int written;

  /// Bounds; [io.sketchstream.training.TrainingServiceConfig] documents each.
  record Options(
      int examplesMin, int classesMin, int examplesMax, int labelsMax, long diskFreeMin) {}

  DatasetBuilder(TopicReader reader, Options options, Path directory) {
    this.reader = reader;
    this.options = options;
    this.directory = directory;
    this.labels = new LabelIndex(options.labelsMax());
  }

  /// Reads and writes everything.
  ///
  /// @throws DatasetException when nothing can be learned from it; says what is missing
  LabelledDataset build(Snapshot snapshot, TopicReader.Progress progress) throws IOException {
    Files.createDirectories(directory);
    try {
      reader.read(snapshot.of(Topics.LABELS.name()), this::label, progress);
      LabelIndex.Verdict verdict = labels.verdict();
      Map<String, LabelIndex.Key> wanted = new HashMap<>();
      verdict.classes().keySet().stream()
          .filter(key -> key.domain() == Domain.PHOTO)
          .forEach(key -> wanted.put(key.id(), key));
      if (!wanted.isEmpty()) {
        reader.read(
            snapshot.of(Topics.IMAGES.name()), record -> image(record, wanted.keySet()), progress);
      }
      return settle(verdict, snapshot);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void label(ConsumerRecord<byte[], byte[]> record) {
    String labelId = new String(record.key(), UTF_8);
    if (record.value() == null) {
      labels.remove(labelId);
      return;
    }
    try {
      ExampleLabelled label = ExampleLabelled.parseFrom(record.value());
      if (label.getClassName().isBlank() || (!label.hasSketch() && label.getImageId().isEmpty())) {
        labels.remove(labelId);
        return;
      }
      labels.put(labelId, label);
      if (label.hasSketch()) {
        keep(label);
      }
    } catch (InvalidProtocolBufferException _) {
      labels.remove(labelId); // Any client may write here; what is no label counts for nothing.
    }
  }

  private void keep(ExampleLabelled label) {
    String id = LabelIndex.sketchId(label);
    if (sketches.contains(id) || unreadable.contains(id)) {
      return;
    }
    try {
      renderer.render(label.getSketch(), TRIAL_SIZE);
      write(sketchFile(id), label.getSketch().toByteArray());
      sketches.add(id);
    } catch (RefusedImageException _) {
      unreadable.add(id);
    }
  }

  private void image(ConsumerRecord<byte[], byte[]> record, Set<String> wanted) {
    String id = new String(record.key(), UTF_8);
    if (!wanted.contains(id)) {
      return;
    }
    try {
      if (record.value() == null) {
        if (photos.remove(id)) {
          Files.deleteIfExists(photoFile(id));
        }
        return;
      }
      write(photoFile(id), ImageIngested.parseFrom(record.value()).getJpeg().toByteArray());
      photos.add(id);
    } catch (InvalidProtocolBufferException e) {
      throw new DatasetException(
          "record %d of images is no image: %s".formatted(record.offset(), e.getMessage()), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private LabelledDataset settle(LabelIndex.Verdict verdict, Snapshot snapshot) throws IOException {
    List<Example> examples = new ArrayList<>();
    Map<Path, String> imageIds = new HashMap<>();
    long withoutPicture = 0;
    for (Map.Entry<LabelIndex.Key, String> entry : verdict.classes().entrySet()) {
      LabelIndex.Key key = entry.getKey();
      boolean photo = key.domain() == Domain.PHOTO;
      if (photo ? photos.contains(key.id()) : sketches.contains(key.id())) {
        Path file = photo ? photoFile(key.id()) : sketchFile(key.id());
        examples.add(new Example(file, entry.getValue(), key.domain()));
        if (photo) {
          imageIds.put(file, key.id());
        }
      } else {
        withoutPicture++;
      }
    }
    LabelledPictures all = LabelledPictures.of(examples);
    LabelledPictures kept = kept(all);
    Map<String, Long> counts = new TreeMap<>();
    counts.put("labels", (long) labels.size());
    counts.put("contradictory", (long) verdict.contradictory());
    counts.put("withoutPicture", withoutPicture);
    counts.put("unreadableSketches", (long) unreadable.size());
    counts.put("classes", (long) kept.pairedClasses().size());
    counts.put("classesLeftOut", (long) all.classes().size() - kept.pairedClasses().size());
    counts.put("photos", (long) kept.photos().size());
    counts.put("sketches", (long) kept.sketches().size());
    requireEnough(all, kept);
    removeUnused(kept);
    LabelledDataset dataset = new LabelledDataset(kept, counts);
    dataset.write(directory, snapshot, imageIds);
    return dataset;
  }

  /// Classes with enough of both; of each as many as may be, those with the lowest hashes.
  private LabelledPictures kept(LabelledPictures all) {
    List<Example> kept = new ArrayList<>();
    for (String label : all.pairedClasses()) {
      List<List<Example>> sides = List.of(all.photos(label), all.sketches(label));
      if (sides.stream().allMatch(side -> side.size() >= options.examplesMin())) {
        sides.forEach(
            side -> side.stream().sorted(BY_FILE).limit(options.examplesMax()).forEach(kept::add));
      }
    }
    return LabelledPictures.of(kept);
  }

  private void requireEnough(LabelledPictures all, LabelledPictures kept) {
    int classes = kept.pairedClasses().size();
    if (classes < options.classesMin()) {
      throw new DatasetException(
          ("too few labels: %d classes have %d photos and %d sketches or more, %d are needed;"
                  + " labelled are %d photos of %d classes and %d sketches of %d")
              .formatted(
                  classes,
                  options.examplesMin(),
                  options.examplesMin(),
                  options.classesMin(),
                  all.photos().size(),
                  all.photos().stream().map(Example::label).distinct().count(),
                  all.sketches().size(),
                  all.sketches().stream().map(Example::label).distinct().count()));
    }
  }

  private void removeUnused(LabelledPictures kept) throws IOException {
    Set<Path> used = new HashSet<>();
    kept.photos().forEach(example -> used.add(example.file()));
    kept.sketches().forEach(example -> used.add(example.file()));
    for (String id : photos) {
      if (!used.contains(photoFile(id))) {
        Files.deleteIfExists(photoFile(id));
      }
    }
    for (String id : sketches) {
      if (!used.contains(sketchFile(id))) {
        Files.deleteIfExists(sketchFile(id));
      }
    }
  }

  private Path photoFile(String imageId) {
    return file("photos", StableHash.hex(imageId), ".jpg");
  }

  private Path sketchFile(String sketchId) {
    return file("sketches", sketchId, FilePictureReader.EVENT);
  }

  private Path file(String kind, String hash, String extension) {
    return directory.resolve(kind).resolve(hash.substring(0, 2)).resolve(hash + extension);
  }

  private void write(Path file, byte[] bytes) {
    try {
      if (written++ % LOOKS_AT_DISK_EVERY == 0) {
        DiskSpace.require(directory, options.diskFreeMin());
      }
      Files.createDirectories(file.getParent());
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
