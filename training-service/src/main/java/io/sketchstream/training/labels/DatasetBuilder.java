package io.sketchstream.training.labels;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sketchstream.events.ExampleLabelled;
import io.sketchstream.events.ImageIngested;
import io.sketchstream.events.Topics;
import io.sketchstream.images.RefusedImageException;
import io.sketchstream.images.sketch.SketchRenderer;
import io.sketchstream.trainer.data.DatasetException;
import io.sketchstream.trainer.data.Domain;
import io.sketchstream.trainer.data.Example;
import io.sketchstream.trainer.data.LabelledPictures;
import io.sketchstream.training.labels.PictureFolder.Kind;
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
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/// Builds a dataset from a snapshot of the topics.
///
/// 1. Read `labels` to its end in the snapshot. Votes stay in memory.
/// 2. Decide the class of each example.
/// 3. Read `labels` again. Sketches that have a class go to disk: how many others were in the topic
///    does not matter.
/// 4. Read `images` to its end in the snapshot; keep the labelled ones and a sample of the others.
/// 5. Drop classes with too few photos, and the surplus of large classes.
///
/// The same snapshot gives the same dataset until Kafka compacts it; after that the dataset on disk
/// is the reference.
///
/// **Threads:** one.
public final class DatasetBuilder {
  private static final Logger LOG = Logger.getLogger(DatasetBuilder.class);
  private static final int TRIAL_SIZE = 64;
  private static final Comparator<Example> BY_FILE = Comparator.comparing(Example::file);

  private final TopicReader reader;
  private final Options options;
  private final Path directory;
  private final PictureFolder pictures;
  private final SketchRenderer renderer = new SketchRenderer();
  private final LabelVotes labels;
  private final Set<String> sketches = new HashSet<>();
  private final Set<String> unreadable = new HashSet<>();
  private final Set<String> photos = new HashSet<>();
  private final GallerySample gallery;

  /// Bounds; [io.sketchstream.training.TrainingServiceConfig] documents each.
  public record Options(
      int examplesMin,
      int classesMin,
      int examplesMax,
      int labelsMax,
      int galleryMax,
      long diskFreeMin) {}

  public DatasetBuilder(TopicReader reader, Options options, Path directory) {
    this.reader = reader;
    this.options = options;
    this.directory = directory;
    this.pictures = new PictureFolder(directory, options.diskFreeMin());
    this.labels = new LabelVotes(options.labelsMax());
    this.gallery = new GallerySample(options.galleryMax(), pictures);
  }

  /// Reads and writes everything.
  ///
  /// @throws DatasetException when nothing can be learned from it; says what is missing
  public LabelledDataset build(TopicSnapshot snapshot, TopicReader.Progress progress)
      throws IOException {
    Files.createDirectories(directory);
    try {
      reader.read(snapshot.of(Topics.LABELS.name()), labels::apply, progress);
      LabelVotes.Verdict verdict = labels.verdict();
      Set<String> drawn = ids(verdict, Domain.SKETCH);
      if (!drawn.isEmpty()) {
        reader.read(snapshot.of(Topics.LABELS.name()), record -> sketch(record, drawn), progress);
      }
      Set<String> wanted = ids(verdict, Domain.PHOTO);
      if (!wanted.isEmpty()) {
        reader.read(snapshot.of(Topics.IMAGES.name()), record -> image(record, wanted), progress);
      }
      return settle(verdict, snapshot);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static Set<String> ids(LabelVotes.Verdict verdict, Domain domain) {
    return verdict.classes().keySet().stream()
        .filter(key -> key.domain() == domain)
        .map(LabelVotes.Key::id)
        .collect(Collectors.toSet());
  }

  private void sketch(ConsumerRecord<byte[], byte[]> record, Set<String> wanted) {
    LabelVotes.valid(record.value())
        .filter(ExampleLabelled::hasSketch)
        .ifPresent(label -> keep(label, wanted));
  }

  private void keep(ExampleLabelled label, Set<String> wanted) {
    String id = LabelVotes.sketchId(label);
    if (!wanted.contains(id) || sketches.contains(id) || unreadable.contains(id)) {
      return;
    }
    try {
      renderer.render(label.getSketch(), TRIAL_SIZE);
      pictures.write(Kind.SKETCH, id, label.getSketch().toByteArray());
      sketches.add(id);
    } catch (RefusedImageException _) {
      unreadable.add(id);
    }
  }

  private void image(ConsumerRecord<byte[], byte[]> record, Set<String> labelled) {
    String id = new String(record.key(), UTF_8);
    boolean isLabelled = labelled.contains(id);
    if (record.value() == null) {
      if (isLabelled && photos.remove(id)) {
        pictures.delete(Kind.PHOTO, id);
      }
      gallery.remove(id);
    } else if (isLabelled || gallery.wants(id)) {
      try {
        byte[] jpeg = ImageIngested.parseFrom(record.value()).getJpeg().toByteArray();
        if (isLabelled) {
          pictures.write(Kind.PHOTO, id, jpeg);
          photos.add(id);
        } else {
          gallery.put(id, jpeg);
        }
      } catch (InvalidProtocolBufferException e) {
        LOG.warnf("record %d of images is skipped: %s", record.offset(), e.getMessage());
      }
    }
  }

  private LabelledDataset settle(LabelVotes.Verdict verdict, TopicSnapshot snapshot)
      throws IOException {
    List<Example> examples = new ArrayList<>();
    Map<Path, String> imageIds = new HashMap<>();
    long withoutPicture = 0;
    for (Map.Entry<LabelVotes.Key, String> entry : verdict.classes().entrySet()) {
      LabelVotes.Key key = entry.getKey();
      boolean photo = key.domain() == Domain.PHOTO;
      if (photo ? photos.contains(key.id()) : sketches.contains(key.id())) {
        Path file = pictures.file(photo ? Kind.PHOTO : Kind.SKETCH, key.id());
        examples.add(new Example(file, entry.getValue(), key.domain()));
        if (photo) {
          imageIds.put(file, key.id());
        }
      } else {
        withoutPicture++;
      }
    }
    LabelledPictures all = LabelledPictures.of(examples);
    LabelledPictures kept = usable(all, options);
    Map<String, Long> counts = new TreeMap<>();
    counts.put("labels", (long) labels.size());
    counts.put("contradictory", (long) verdict.contradictory());
    counts.put("withoutPicture", withoutPicture);
    counts.put("unreadableSketches", (long) unreadable.size());
    counts.put("classes", (long) kept.photoClasses().size());
    counts.put("classesLeftOut", (long) all.classes().size() - kept.photoClasses().size());
    counts.put("photos", (long) kept.photos().size());
    counts.put("sketches", (long) kept.sketches().size());
    counts.put("gallery", (long) gallery.size());
    requireEnough(all, kept);
    removeUnused(kept);
    LabelledDataset dataset = new LabelledDataset(kept, pictures.gallery(), counts);
    dataset.write(directory, snapshot, imageIds);
    return dataset;
  }

  /// What a run uses of all that is labelled: classes with enough photos; at most `examplesMax` of
  /// each domain, those with the lowest hashes.
  public static LabelledPictures usable(LabelledPictures all, Options options) {
    List<Example> kept = new ArrayList<>();
    for (String label : all.photoClasses()) {
      if (all.photos(label).size() >= options.examplesMin()) {
        for (List<Example> side : List.of(all.photos(label), all.sketches(label))) {
          side.stream().sorted(BY_FILE).limit(options.examplesMax()).forEach(kept::add);
        }
      }
    }
    return LabelledPictures.of(kept);
  }

  private void requireEnough(LabelledPictures all, LabelledPictures kept) {
    int classes = kept.photoClasses().size();
    if (classes < options.classesMin()) {
      throw new DatasetException(
          ("too few labels: %d classes have at least %d photos, %d classes are needed; labelled: %d"
                  + " photos of %d classes and %d sketches of %d classes")
              .formatted(
                  classes,
                  options.examplesMin(),
                  options.classesMin(),
                  all.photos().size(),
                  all.photos().stream().map(Example::label).distinct().count(),
                  all.sketches().size(),
                  all.sketches().stream().map(Example::label).distinct().count()));
    }
  }

  private void removeUnused(LabelledPictures kept) {
    Set<Path> used = new HashSet<>();
    kept.photos().forEach(example -> used.add(example.file()));
    kept.sketches().forEach(example -> used.add(example.file()));
    photos.stream()
        .filter(id -> !used.contains(pictures.file(Kind.PHOTO, id)))
        .forEach(id -> pictures.delete(Kind.PHOTO, id));
    sketches.stream()
        .filter(id -> !used.contains(pictures.file(Kind.SKETCH, id)))
        .forEach(id -> pictures.delete(Kind.SKETCH, id));
  }
}
