package io.sketchstream.training.runs;

import io.sketchstream.trainer.data.Contours;
import io.sketchstream.trainer.data.DatasetException;
import io.sketchstream.trainer.data.Example;
import io.sketchstream.trainer.data.HeldOutExamples;
import io.sketchstream.trainer.data.LabelledPictures;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Splits the examples of every class into those for training and those held out for the gate. The
/// same are held out in every run, so neither the candidate nor an earlier generation was trained
/// on them.
///
/// A class with too few sketches is trained and evaluated with contours of its photos.
///
/// @param heldOut queries and gallery of the gate
record TrainingSplit(LabelledPictures training, LabelledPictures heldOut) {
  /// At least every tenth example of a class is held out, regardless of the hashes.
  private static final int HELD_OUT_MIN = 10;

  /// Contours of held-out photos are used to search among the other held-out photos.
  private static final int APART_MIN = 2;

  /// @throws DatasetException when too few sketches are held out to tell two models apart
  static TrainingSplit of(LabelledPictures all, RunOptions.HeldOut options) {
    TrainingSplit split = split(all, options);
    int queries = split.heldOut().sketches().size();
    if (queries < options.queriesMin()) {
      throw new DatasetException(
          "too few labels: only %d sketches can be held out to judge a model by, %d are needed"
              .formatted(queries, options.queriesMin()));
    }
    return split;
  }

  /// How many sketches would be held out to judge a model by, contours included.
  static int queries(LabelledPictures all, RunOptions.HeldOut options) {
    return split(all, options).heldOut().sketches().size();
  }

  private static TrainingSplit split(LabelledPictures all, RunOptions.HeldOut options) {
    List<Example> training = new ArrayList<>();
    List<Example> heldOut = new ArrayList<>();
    for (String label : all.photoClasses()) {
      List<Example> sketches = all.sketches(label);
      boolean drawn = sketches.size() >= options.sketchesMin();
      Side photos = Side.of(all.photos(label), options.rule(), drawn ? 1 : APART_MIN);
      training.addAll(photos.training());
      if (drawn) {
        Side split = Side.of(sketches, options.rule(), 1);
        training.addAll(split.training());
        heldOut.addAll(photos.heldOut());
        heldOut.addAll(split.heldOut());
      } else {
        sketches.forEach(s -> (options.rule().contains(name(s)) ? heldOut : training).add(s));
        training.addAll(Contours.of(photos.training()));
        heldOut.addAll(
            photos.heldOut().size() < APART_MIN
                ? photos.heldOut()
                : Contours.apart(photos.heldOut()));
      }
    }
    return new TrainingSplit(LabelledPictures.of(training), LabelledPictures.of(heldOut));
  }

  /// The photos or the sketches of a class.
  private record Side(List<Example> training, List<Example> heldOut) {
    static Side of(List<Example> examples, HeldOutExamples rule, int heldOutMin) {
      List<Example> byHash =
          examples.stream().sorted(Comparator.comparingDouble(Side::rank)).toList();
      int below = (int) byHash.stream().filter(example -> rank(example) < rule.share()).count();
      int min = Math.min(Math.max(heldOutMin, byHash.size() / HELD_OUT_MIN), byHash.size() - 1);
      int held = Math.clamp(below, min, byHash.size() - 1);
      return new Side(byHash.subList(held, byHash.size()), byHash.subList(0, held));
    }

    private static double rank(Example example) {
      return HeldOutExamples.rank(name(example));
    }
  }

  private static String name(Example example) {
    return example.file().getFileName().toString();
  }
}
