package io.sketchstream.trainer.train;

import io.sketchstream.trainer.data.Example;
import io.sketchstream.trainer.data.LabelledPictures;
import io.sketchstream.trainer.data.PictureReader;
import io.sketchstream.trainer.data.Word;
import java.util.List;

/// What a training learns from.
///
/// @param pictures by class; classes without sketches count as other things
/// @param words drawings of things with a name in ImageNet
/// @param unlabelled photos that only have to stay where they were, so that nothing is forgotten
/// @param reader of the pictures
/// @param teacher answers for every photo; only looked at where preservation or prototypes are on
public record TrainingInput(
    LabelledPictures pictures,
    List<Word> words,
    List<Example> unlabelled,
    PictureReader reader,
    TeacherTable teacher) {
  public TrainingInput {
    words = List.copyOf(words);
    unlabelled = List.copyOf(unlabelled);
  }

  /// Without unlabelled photos.
  public TrainingInput(
      LabelledPictures pictures, List<Word> words, PictureReader reader, TeacherTable teacher) {
    this(pictures, words, List.of(), reader, teacher);
  }
}
