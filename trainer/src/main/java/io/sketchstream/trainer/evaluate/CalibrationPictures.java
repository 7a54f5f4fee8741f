package io.sketchstream.trainer.evaluate;

import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.images.PreparedImage;
import io.sketchstream.trainer.data.Domain;
import io.sketchstream.trainer.data.Example;
import io.sketchstream.trainer.data.FilePictureReader;
import io.sketchstream.trainer.data.LabelledPictures;
import java.util.ArrayList;
import java.util.List;

/// Calibration pictures of a model: photos and sketches of all classes, prepared as in serving.
public final class CalibrationPictures {
  private CalibrationPictures() {}

  /// Alternates two photos and two sketches, because every second picture is for verification.
  ///
  /// @param count about how many pictures, half of them photos; fewer if there are not enough
  public static List<Example> of(LabelledPictures pictures, int count) {
    List<Example> photos = pictures.spread(Domain.PHOTO, count / 2);
    List<Example> sketches = pictures.spread(Domain.SKETCH, count / 2);
    List<Example> mixed = new ArrayList<>();
    for (int i = 0; i + 1 < Math.min(photos.size(), sketches.size()); i += 2) {
      mixed.addAll(photos.subList(i, i + 2));
      mixed.addAll(sketches.subList(i, i + 2));
    }
    return mixed;
  }

  /// Reads pictures as the model's input.
  public static List<PreparedImage> read(List<Example> pictures, ModelArtifact model) {
    FilePictureReader reader =
        new FilePictureReader(model.input().photos(), model.input().sketches());
    return pictures.parallelStream()
        .map(example -> reader.read(example, model.inputSize()))
        .toList();
  }
}
