package io.sketchstream.training.runs;

import io.sketchstream.training.data.DatasetException;
import io.sketchstream.training.data.Example;
import io.sketchstream.training.data.HeldOutClasses;
import io.sketchstream.training.data.LabelledPictures;
import io.sketchstream.training.data.StableHash;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// What a run does not learn from, so that it can be judged by it. A class is held out by the hash
/// of its name, in every run, as long as the share stays the same: so neither the candidate nor a
/// generation that was trained here before has ever learned from it.
///
/// @param training what to learn from
/// @param heldOut queries and gallery of the gate
/// @param byClass whether whole classes are held out; else examples of every class, because too few
///   classes would be
record HoldOut(LabelledPictures training, LabelledPictures heldOut, boolean byClass) {
  private static final int TRAINING_CLASSES_MIN = 2;

  /// @param share of the classes, or of the examples of each
  /// @param classesMin fewer held-out classes are too few
  /// @throws DatasetException when too few sketches are held out to tell two models apart
  static HoldOut of(LabelledPictures all, double share, int classesMin, int queriesMin) {
    List<String> held =
        all.pairedClasses().stream().filter(new HeldOutClasses(share)::contains).toList();
    boolean byClass =
        held.size() >= classesMin
            && all.pairedClasses().size() - held.size() >= TRAINING_CLASSES_MIN;
    HoldOut split = byClass ? classes(all, held) : examples(all, share);
    int queries = split.heldOut().sketches().size();
    if (queries < queriesMin) {
      throw new DatasetException(
          "too few labels: only %d sketches can be held out to judge a model by, %d are needed"
              .formatted(queries, queriesMin));
    }
    return split;
  }

  private static HoldOut classes(LabelledPictures all, List<String> held) {
    List<Example> training = new ArrayList<>();
    List<Example> heldOut = new ArrayList<>();
    for (String label : all.pairedClasses()) {
      List<Example> side = held.contains(label) ? heldOut : training;
      side.addAll(all.photos(label));
      side.addAll(all.sketches(label));
    }
    return new HoldOut(LabelledPictures.of(training), LabelledPictures.of(heldOut), true);
  }

  private static HoldOut examples(LabelledPictures all, double share) {
    List<Example> training = new ArrayList<>();
    List<Example> heldOut = new ArrayList<>();
    for (String label : all.pairedClasses()) {
      for (List<Example> side : List.of(all.photos(label), all.sketches(label))) {
        List<Example> byHash =
            side.stream().sorted(Comparator.comparingDouble(HoldOut::fraction)).toList();
        int below = (int) byHash.stream().filter(e -> fraction(e) < share).count();
        int held = Math.clamp(below, 1, byHash.size() - 1);
        heldOut.addAll(byHash.subList(0, held));
        training.addAll(byHash.subList(held, byHash.size()));
      }
    }
    return new HoldOut(LabelledPictures.of(training), LabelledPictures.of(heldOut), false);
  }

  private static double fraction(Example example) {
    return StableHash.fraction("example/" + example.file().getFileName());
  }
}
