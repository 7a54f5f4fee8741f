package io.sketchstream.trainer.train;

import io.sketchstream.trainer.data.ClassSplits;
import io.sketchstream.trainer.data.Contours;
import io.sketchstream.trainer.data.DatasetException;
import io.sketchstream.trainer.data.LabelledPictures;
import io.sketchstream.trainer.data.PictureKind;
import io.sketchstream.trainer.data.PublishedDataset;
import io.sketchstream.trainer.data.WideDataset;
import io.sketchstream.trainer.data.Word;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// The pictures of a training and of its evaluations.
///
/// @param training pictures of the training classes
/// @param words drawings of words that have an ImageNet name
/// @param retained what is kept of the initial model
/// @param evaluations pictures by split name, of classes that are never trained on
/// @param summary what was found and what is left out, one line each
public record TrainingData(
    LabelledPictures training,
    List<Word> words,
    Retained retained,
    SortedMap<String, LabelledPictures> evaluations,
    List<String> summary) {
  public TrainingData {
    words = List.copyOf(words);
    summary = List.copyOf(summary);
  }

  /// Training data without words.
  public TrainingData(LabelledPictures training, SortedMap<String, LabelledPictures> evaluations) {
    this(training, List.of(), Retained.NOTHING, evaluations, List.of(found(training)));
  }

  /// A copy that keeps something of the initial model.
  public TrainingData retaining(Retained kept) {
    return new TrainingData(training, words, kept, evaluations, summary);
  }

  private static String found(LabelledPictures training) {
    boolean drawn =
        training.sketches().stream().anyMatch(sketch -> sketch.kind() != PictureKind.CONTOURS);
    return "training: %d classes with photos and sketches; %d photos, %d %s"
        .formatted(
            training.pairedClasses().size(),
            training.photos().size(),
            training.sketches().size(),
            drawn ? "sketches" : "contours of photos in place of sketches");
  }

  /// The name of the training split.
  public static final String TRAIN = "train";

  /// With fewer classes, none is held out for evaluation.
  private static final int CLASSES_MIN = 6;

  private static final int HELD_OUT_SHARE = 8;

  /// Reads a wide dataset; its validation classes are for evaluation.
  ///
  /// @throws DatasetException when a folder or a file is missing
  public static TrainingData read(WideDataset dataset) {
    LabelledPictures training = dataset.training();
    List<Word> words = dataset.words();
    SortedMap<String, LabelledPictures> evaluations = new TreeMap<>();
    dataset
        .evaluationSplits()
        .forEach(split -> {
          LabelledPictures pictures = dataset.evaluation(split);
          evaluations.put(split, pictures);
          Set<String> known = PublishedDataset.SKETCHY_2.unseenAmong(pictures.classes());
          if (known.size() > 1 && known.size() < pictures.classes().size()) {
            evaluations.put(split + "-sketchy-2", pictures.only(known));
          }
        });
    return new TrainingData(
        training, words, Retained.NOTHING, evaluations, dataset.summary(training, words));
  }

  /// Reads a published dataset: exactly its seen classes are for training, its unseen ones for
  /// evaluation.
  ///
  /// @throws DatasetException when a folder or class is missing; names it
  public static TrainingData read(PublishedDataset dataset, Path root) {
    PublishedDataset.Pictures pictures = dataset.read(root);
    return new TrainingData(
        pictures.seen(), new TreeMap<>(Map.of(dataset.label(), pictures.unseen())));
  }

  /// Reads folders with one subfolder per class.
  ///
  /// @param sketches none: contours of the photos stand in for them
  /// @param splits the classes for training (`train`) and for evaluation (any other name)
  /// @throws DatasetException when a folder or a split is missing
  public static TrainingData read(List<Path> photos, List<Path> sketches, ClassSplits splits) {
    LabelledPictures training =
        LabelledPictures.read(photos, sketches, Optional.of(splits.classes(TRAIN)));
    if (sketches.isEmpty()) {
      training = training.and(Contours.of(training.photos()));
    }
    SortedMap<String, LabelledPictures> evaluations = new TreeMap<>();
    for (String split : splits.splits()) {
      LabelledPictures pictures =
          LabelledPictures.read(photos, sketches, Optional.of(splits.classes(split)));
      if (sketches.isEmpty()) {
        pictures = Contours.apart(pictures);
      }
      if (!split.equals(TRAIN) && !pictures.pairedClasses().isEmpty()) {
        evaluations.put(split, pictures);
      }
    }
    return new TrainingData(training, evaluations);
  }

  /// Reads folders and holds an eighth of the classes out for evaluation, chosen by the seed.
  ///
  /// @param sketches none: contours of the photos stand in for them
  /// @throws DatasetException when a folder is missing
  public static TrainingData read(List<Path> photos, List<Path> sketches, long seed) {
    LabelledPictures all = LabelledPictures.read(photos, sketches, Optional.empty());
    List<String> classes =
        new ArrayList<>(sketches.isEmpty() ? all.photoClasses() : all.pairedClasses());
    if (classes.size() < 2) {
      throw new DatasetException(
          "training needs two classes or more with photos and sketches of the same folder name; "
              + "there are "
              + classes);
    }
    Collections.shuffle(classes, new Random(seed));
    int heldOut = classes.size() < CLASSES_MIN ? 0 : Math.max(2, classes.size() / HELD_OUT_SHARE);
    return read(
        photos,
        sketches,
        ClassSplits.of(
            heldOut == 0
                ? Map.of(TRAIN, classes)
                : Map.of(
                    "val",
                    classes.subList(0, heldOut),
                    TRAIN,
                    classes.subList(heldOut, classes.size()))));
  }
}
