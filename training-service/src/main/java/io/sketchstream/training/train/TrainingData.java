package io.sketchstream.training.train;

import io.sketchstream.training.data.ClassSplits;
import io.sketchstream.training.data.DatasetException;
import io.sketchstream.training.data.LabelledPictures;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/// The pictures of a training and of its evaluations.
///
/// @param training classes to train on
/// @param evaluations by the name of their split: classes that are never trained on
public record TrainingData(
    LabelledPictures training, SortedMap<String, LabelledPictures> evaluations) {

  /// The split that is trained on.
  public static final String TRAIN = "train";

  /// With fewer classes than this none can be spared for an evaluation.
  private static final int CLASSES_MIN = 6;

  private static final int HELD_OUT_SHARE = 8;

  /// Reads folders of one folder a class.
  ///
  /// @param splits which classes to train on (`train`) and which to evaluate on (any other name)
  /// @throws DatasetException when a folder or a split is missing
  public static TrainingData read(List<Path> photos, List<Path> sketches, ClassSplits splits) {
    LabelledPictures training =
        LabelledPictures.read(photos, sketches, Optional.of(splits.classes(TRAIN)));
    SortedMap<String, LabelledPictures> evaluations = new TreeMap<>();
    for (String split : splits.splits()) {
      LabelledPictures pictures =
          LabelledPictures.read(photos, sketches, Optional.of(splits.classes(split)));
      if (!split.equals(TRAIN) && !pictures.pairedClasses().isEmpty()) {
        evaluations.put(split, pictures);
      }
    }
    return new TrainingData(training, evaluations);
  }

  /// Reads folders and holds an eighth of the classes out for evaluation, drawn by the seed.
  ///
  /// @throws DatasetException when a folder is missing
  public static TrainingData read(List<Path> photos, List<Path> sketches, long seed) {
    LabelledPictures all = LabelledPictures.read(photos, sketches, Optional.empty());
    List<String> classes = new ArrayList<>(all.pairedClasses());
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
