package io.sketchstream.training.runs;

import io.sketchstream.trainer.data.LabelledPictures;
import io.sketchstream.training.labels.DatasetBuilder;

/// What a run needs, and how much of it there is if all labelled photos are in the gallery.
///
/// @param examplesMin photos that a class needs to be used
/// @param classesMin classes that a run needs
/// @param usableClasses those with enough photos
/// @param queriesMin sketches, or contours of photos, to judge a model by
/// @param queries those that would be held out for it
record Needs(int examplesMin, int classesMin, int usableClasses, int queriesMin, int queries) {
  static Needs of(LabelledPictures labelled, RunOptions options) {
    LabelledPictures usable = DatasetBuilder.usable(labelled, options.dataset());
    return new Needs(
        options.dataset().examplesMin(),
        options.dataset().classesMin(),
        usable.photoClasses().size(),
        options.heldOut().queriesMin(),
        TrainingSplit.queries(usable, options.heldOut()));
  }
}
