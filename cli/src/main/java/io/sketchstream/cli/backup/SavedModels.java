package io.sketchstream.cli.backup;

import io.sketchstream.events.Generations;
import io.sketchstream.events.ModelChanged;
import io.sketchstream.events.Topics;
import java.io.IOException;
import java.util.List;

/// The generations in a copy of `models`.
public final class SavedModels {
  private final Generations models;

  private SavedModels(Generations models) {
    this.models = models;
  }

  /// A generation.
  ///
  /// @param live whether it is fed with images and searchable
  /// @param deleted whether its model is gone from the store
  public record Saved(String generation, boolean live, boolean deleted) {}

  /// @param files of a backup that is being written or read
  /// @throws BrokenBackupException when one of them can't be used
  public static SavedModels read(BackupFolder folder, List<Manifest.RecordsFile> files)
      throws IOException, BrokenBackupException {
    Generations[] models = {Generations.NONE};
    for (Manifest.RecordsFile file : files) {
      if (file.topic().equals(Topics.MODELS.name())) {
        LiveFile.read(
            folder.resolve(file.file()),
            stored -> models[0] = TargetTopics.with(models[0], stored));
      }
    }
    return new SavedModels(models[0]);
  }

  /// All of them, by id.
  public List<Saved> all() {
    return models.models().values().stream().map(SavedModels::saved).toList();
  }

  private static Saved saved(ModelChanged model) {
    return new Saved(model.getGeneration(), Generations.isLive(model), model.getArtifactDeleted());
  }
}
