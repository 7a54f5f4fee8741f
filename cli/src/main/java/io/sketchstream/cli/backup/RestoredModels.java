package io.sketchstream.cli.backup;

import io.sketchstream.events.Generations;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.ModelOrigin;
import io.sketchstream.events.ModelState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The records of `models` that make the models of a backup those of an installation.
///
/// | generation | becomes |
/// |---|---|
/// | of the backup, searched or kept for a rollback | the same; its images are embedded again |
/// | of the backup, being filled or ready | to be filled from the beginning |
/// | of the backup, its model not among the files | the same, with its model marked as deleted |
/// | of the installation alone, fed | registered where only models of releases were; else retired |
///
/// Epochs continue after those of the installation, so that the backup's active generation is
/// active.
final class RestoredModels {
  private static final String REPLACED = "a backup was restored";

  private RestoredModels() {}

  /// @param uris where the model of a generation was put, for those that are among the files
  static List<ModelChanged> changes(
      Generations backedUp, Generations present, Map<String, String> uris) {
    List<ModelChanged> changes = new ArrayList<>(present.renumbered());
    Generations target = present.with(changes);
    Generations backup = backedUp.with(backedUp.renumbered());
    boolean alone =
        target.models().keySet().stream().allMatch(known -> backup.find(known).isPresent());
    long shift = alone ? 0 : target.epoch();
    backup.models().values().forEach(model -> changes.add(restored(model, uris, shift)));
    boolean shipped = backup.active().filter(m -> m.getOrigin() == ModelOrigin.SHIPPED).isPresent();
    boolean replaces = backup.active().isPresent();
    target
        .models()
        .forEach((generation, model) -> {
          if (replaces && backup.find(generation).isEmpty() && Generations.isLive(model)) {
            boolean next = shipped && model.getOrigin() == ModelOrigin.SHIPPED;
            changes.add(
                model.toBuilder()
                    .setState(next ? ModelState.REGISTERED : ModelState.RETIRED)
                    .setProbation(false)
                    .setReason(REPLACED)
                    .build());
          }
        });
    return changes;
  }

  private static ModelChanged restored(ModelChanged model, Map<String, String> uris, long shift) {
    ModelChanged.Builder restored = model.toBuilder();
    if (model.getEpoch() > 0) {
      restored.setEpoch(model.getEpoch() + shift);
    }
    String uri = uris.get(model.getGeneration());
    if (uri == null) {
      restored.setArtifactDeleted(true);
    } else {
      restored.setArtifactUri(uri);
    }
    boolean filled = model.getState() == ModelState.READY;
    return filled
        ? restored
            .setState(ModelState.BACKFILLING)
            .setReason(REPLACED + "; it needs all images first")
            .build()
        : restored.build();
  }
}
