package io.sketchstream.store;

import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.network.BrokenModelException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/// Models in a bucket: `s3://bucket/prefix/<sha256>/model.safetensors`, and the manifest, which is
/// written last. Fetched models stay in a local cache.
///
/// **Owns:** its connections, until [#close].
final class S3Store implements ArtifactStore {
  static final String SCHEME = "s3://";

  /// The files of an artifact. The last one is written last: with it the artifact is complete.
  static final List<String> FILES =
      List.of(
          ModelArtifact.WEIGHTS,
          "reference.json",
          "report.md",
          "report.json",
          "report.png",
          ModelArtifact.MANIFEST);

  private final URI root;
  private final Path cache;
  private final S3Client client;

  /// @param root `s3://bucket/prefix`
  /// @throws IllegalArgumentException when it names no bucket
  S3Store(URI root, S3Options options, Path cache) {
    if (root.getHost() == null) {
      throw new IllegalArgumentException(
          "'" + root + "' names no bucket; expected s3://bucket/prefix");
    }
    this.root = root;
    this.cache = cache.toAbsolutePath().normalize();
    this.client = client(options);
  }

  @Override
  public URI keep(ModelArtifact artifact) throws IOException, BrokenModelException {
    URI uri = place(artifact.sha256());
    if (isWhole(uri, artifact.sha256())) {
      return uri;
    }
    try {
      for (String name : FILES) {
        Path file = artifact.directory().resolve(name);
        if (Files.exists(file)) {
          client.putObject(
              put -> put.bucket(bucket(uri)).key(key(uri, name)), RequestBody.fromFile(file));
        }
      }
    } catch (SdkException e) {
      throw new IOException(uri + " can't be written: " + e.getMessage(), e);
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
    try {
      client.deleteObject(
          delete -> delete.bucket(bucket(uri)).key(key(uri, ModelArtifact.WEIGHTS)));
    } catch (SdkException e) {
      throw new IOException(uri + " can't be deleted: " + e.getMessage(), e);
    }
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
    try {
      return Optional.of(
          client
              .getObjectAsBytes(get -> get.bucket(bucket(uri)).key(key(uri, name)))
              .asByteArray());
    } catch (NoSuchKeyException _) {
      return Optional.empty();
    } catch (SdkException e) {
      throw new IOException(uri + " can't be read: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    client.close();
  }

  private URI place(String sha256) {
    return URI.create(withoutSlash(root.toString()) + "/" + sha256);
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
        download(uri, name, copy.resolve(name));
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

  private void download(URI uri, String name, Path file) throws IOException {
    try {
      client.getObject(
          get -> get.bucket(bucket(uri)).key(key(uri, name)), ResponseTransformer.toFile(file));
    } catch (NoSuchKeyException _) {
      // The verification says whether it is needed.
    } catch (SdkException e) {
      throw new IOException(uri + " can't be read: " + e.getMessage(), e);
    }
  }

  private static S3Client client(S3Options options) {
    S3ClientBuilder builder =
        S3Client.builder()
            .region(Region.of(options.region()))
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            // Servers other than Amazon's do not know the newer checksums; the SHA-256 is checked
            // anyway.
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
    options
        .endpoint()
        .ifPresent(endpoint -> builder.endpointOverride(endpoint).forcePathStyle(true));
    if (options.accessKey().isPresent()) {
      builder.credentialsProvider(
          StaticCredentialsProvider.create(
              AwsBasicCredentials.create(
                  options.accessKey().get(), options.secretKey().orElseThrow())));
    } else {
      builder.credentialsProvider(DefaultCredentialsProvider.builder().build());
    }
    return builder.build();
  }

  private static String bucket(URI uri) {
    return uri.getHost();
  }

  private static String key(URI uri, String name) {
    return withoutSlash(uri.getPath().replaceFirst("^/", "")) + "/" + name;
  }

  private static String withoutSlash(String text) {
    return text.replaceFirst("/+$", "");
  }
}
