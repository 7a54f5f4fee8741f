package io.sketchstream.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.sketchstream.cli.backup.BackupFolder;
import io.sketchstream.cli.backup.Manifest;
import io.sketchstream.cli.backup.SavedModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Copies models between the store of an installation and the files of a backup, through
/// training-service, since this machine may not have access to the store.
final class BackupModels {
  private final Server training;
  private final ProgressLine progress;

  BackupModels(Server training, ProgressLine progress) {
    this.training = training;
    this.progress = progress;
  }

  /// Saves the models of all generations in a copy of [models].
  ///
  /// @throws CommandFailure when the model of a generation that is served can't be read
  List<Manifest.ModelFile> save(SavedModels models, BackupFolder folder) throws IOException {
    List<Manifest.ModelFile> saved = new ArrayList<>();
    for (SavedModels.Saved model : models.all()) {
      if (model.deleted()) {
        continue;
      }
      progress.show("copying model " + model.generation());
      String name = "model-" + model.generation() + ".zip";
      Path file = folder.resolve(name);
      Server.Answer answer = training.download(path(model.generation()), file);
      if (answer.ok()) {
        saved.add(Manifest.ModelFile.of(folder.path(), name, model.generation()));
      } else if (model.live()) {
        throw new CommandFailure("model " + model.generation() + ": " + answer.problem());
      } else {
        boolean _ = Files.deleteIfExists(file);
        progress.clear();
        progress.line("skipped: model " + model.generation() + ": " + answer.problem());
      }
    }
    return saved;
  }

  /// Uploads the models of a backup to the store.
  ///
  /// @return the URI of each, by generation
  Map<String, String> restore(Path directory, Manifest manifest) {
    Map<String, String> uris = new TreeMap<>();
    for (Manifest.ModelFile model : manifest.models()) {
      progress.show("restoring model " + model.generation());
      Server.Answer answer =
          training.upload(path(model.generation()), directory.resolve(model.file()));
      if (!answer.ok()) {
        throw new CommandFailure("model " + model.generation() + ": " + answer.problem());
      }
      JsonNode kept = answer.json();
      uris.put(model.generation(), kept.path("artifactUri").asText());
    }
    return uris;
  }

  private static String path(String generation) {
    return "/v1/models/" + generation + "/artifact";
  }
}
