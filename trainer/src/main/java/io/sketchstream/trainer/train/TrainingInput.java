package io.sketchstream.trainer.train;

import io.sketchstream.encoder.KnowledgeHead;
import io.sketchstream.trainer.data.Example;
import io.sketchstream.trainer.data.LabelledPictures;
import io.sketchstream.trainer.data.PictureReader;
import io.sketchstream.trainer.data.Word;
import java.util.List;
import java.util.Optional;

/// The input of a training.
///
/// @param pictures pictures by class; classes without sketches serve as negatives
/// @param words drawings of words that have an ImageNet name
/// @param unlabelled photos whose embeddings must not move, against forgetting
/// @param reader reader of the pictures
/// @param teacher answers for every photo; used by preservation and prototypes only
/// @param knowledge of the initial model; its own initial answers take the place of the teacher's
public record TrainingInput(
    LabelledPictures pictures,
    List<Word> words,
    List<Example> unlabelled,
    PictureReader reader,
    TeacherTable teacher,
    Optional<KnowledgeHead> knowledge) {
  public TrainingInput {
    words = List.copyOf(words);
    unlabelled = List.copyOf(unlabelled);
  }

  /// Without unlabelled photos and knowledge.
  public TrainingInput(
      LabelledPictures pictures, List<Word> words, PictureReader reader, TeacherTable teacher) {
    this(pictures, words, List.of(), reader, teacher, Optional.empty());
  }
}
