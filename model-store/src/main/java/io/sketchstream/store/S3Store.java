package io.sketchstream.store;

import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.network.BrokenModelException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Models in a bucket: `s3://bucket/prefix/<sha256>/model.safetensors`, and the manifest, which is
/// written last. Fetched models stay in a local cache.
///
/// **Owns:** its connections, until [#close].
final class S3Store implements ArtifactStore {
  /// The files of an artifact. The last one is written last: with it the artifact is complete.
  static final List<String> FILES =
      List.of(
          ModelArtifact.WEIGHTS,
          "reference.json",
          "report.md",
          "report.json",
          "report.png",
          ModelArtifact.MANIFEST);

  private final S3Folder root;
  private final Path cache;

  /// @param root `s3://bucket/prefix`
  /// @throws IllegalArgumentException when it names no bucket
  S3Store(String root, S3Options options, Path cache) {
    this.root = S3Folder.open(root, options);
    this.cache = cache.toAbsolutePath().normalize();
  }

  @Override
  public URI keep(ModelArtifact artifact) throws IOException, BrokenModelException {
    URI uri = place(artifact.sha256());
    if (isWhole(uri, artifact.sha256())) {
      return uri;
    }
    for (String name : FILES) {
      Path file = artifact.directory().resolve(name);
      if (Files.exists(file)) {
        root.at(uri).put(name, file);
      }
    }
    // Stored means that it can be read back.
    ModelArtifact _ = download(uri, artifact.sha256());
    return uri;
  }

  @Override
  public URI take(ModelArtifact artifact) throws IOException, BrokenModelException {
    return keep(artifact);
  }

  @Override
  public ModelArtifact fetch(URI uri, String sha256) throws IOException, BrokenModelException {
    if (!ArtifactStore.isName(sha256)) { // Its copy would be outside of the cache.
      throw new BrokenModelException("'%.80s' is not the SHA-256 of a model".formatted(sha256));
    }
    Path place = cache.resolve(sha256);
    if (Files.isDirectory(place)) {
      try {
        return ArtifactStore.verify(place, sha256);
      } catch (BrokenModelException _) {
        Directories.delete(place); // The cache is damaged; the store may be intact.
      }
    }
    return download(uri, sha256);
  }

  @Override
  public boolean owns(URI uri, String sha256) {
    return ArtifactStore.isName(sha256) && uri.equals(place(sha256));
  }

  @Override
  public void deleteWeights(URI uri, String sha256) throws IOException {
    if (!owns(uri, sha256)) {
      throw new IllegalArgumentException(uri + " is not in this store");
    }
    root.at(uri).delete(ModelArtifact.WEIGHTS);
    forgetCopy(sha256);
  }

  @Override
  public void forgetCopy(String sha256) throws IOException {
    if (ArtifactStore.isName(sha256)) {
      Directories.delete(cache.resolve(sha256));
    }
  }

  @Override
  public Optional<byte[]> file(URI uri, String name) throws IOException {
    return root.at(uri).bytes(name);
  }

  @Override
  public void close() {
    root.close();
  }

  private URI place(String sha256) {
    return URI.create(root.location() + "/" + sha256);
  }

  private boolean isWhole(URI uri, String sha256) throws IOException {
    try {
      ModelArtifact _ = download(uri, sha256);
      return true;
    } catch (BrokenModelException _) {
      return false; // Missing or damaged: replaced by a good copy.
    }
  }

  private ModelArtifact download(URI uri, String sha256) throws IOException, BrokenModelException {
    Files.createDirectories(cache);
    Path copy = Files.createTempDirectory(cache, ".incoming-");
    try {
      for (String name : FILES.reversed()) {
        // The verification says whether it is needed.
        boolean _ = root.at(uri).get(name, copy.resolve(name));
      }
      try {
        ModelArtifact _ = ArtifactStore.verify(copy, sha256);
      } catch (BrokenModelException e) {
        // Name the location in the store, not the copy.
        throw new BrokenModelException(e.getMessage().replace(copy.toString(), uri.toString()), e);
      }
      Path place = cache.resolve(sha256);
      Directories.move(copy, place);
      return ArtifactStore.verify(place, sha256);
    } finally {
      Directories.delete(copy);
    }
  }
}
