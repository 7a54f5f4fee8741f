package io.sketchstream.training.runs;

import io.sketchstream.encoder.Calibrator;
import io.sketchstream.encoder.Int8Calibration;
import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.network.BrokenModelException;
import io.sketchstream.trainer.data.Example;
import io.sketchstream.trainer.data.LabelledPictures;
import io.sketchstream.trainer.evaluate.CalibrationPictures;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/// Prepares a trained model for int8 if its base was prepared. Ranges depend on the weights that
/// they were measured with, so those of the base would be wrong.
final class Recalibration {
  private static final Logger LOG = Logger.getLogger(Recalibration.class);
  private static final int PICTURES = 160;

  private Recalibration() {}

  /// @param pictures that the model was trained on
  /// @return the model, calibrated if its base is and it can be
  static ModelArtifact of(
      ModelArtifact base,
      ModelArtifact model,
      LabelledPictures pictures,
      Calibrator.Progress progress)
      throws IOException, BrokenModelException {
    if (base.calibration().isEmpty()) {
      return model;
    }
    List<Example> some = CalibrationPictures.of(pictures, PICTURES);
    if (some.size() < Calibrator.PICTURES_MIN) {
      LOG.infof("%s stays without int8: %d pictures are too few", model.generation(), some.size());
      return model;
    }
    Optional<Int8Calibration> calibration =
        Calibrator.calibrate(model, CalibrationPictures.read(some, model), progress);
    return calibration.isPresent() ? model.calibrated(calibration.get()) : model;
  }
}
