package io.sketchstream.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.robothy.s3.rest.LocalS3;
import com.robothy.s3.rest.bootstrap.LocalS3Mode;
import io.sketchstream.encoder.DefaultModel;
import io.sketchstream.encoder.ModelArtifact;
import io.sketchstream.encoder.network.BrokenModelException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/// The store in S3 against a server that speaks the protocol over HTTP, and the one in a directory.
final class ArtifactStoreTest {
  @TempDir static Path directory;
  private static LocalS3 server;
  private static S3Client client;
  private static S3Options options;
  private static ModelArtifact model;
  private static int caches;

  @BeforeAll
  static void start() throws BrokenModelException {
    server = LocalS3.builder().port(-1).mode(LocalS3Mode.IN_MEMORY).build();
    server.start();
    URI endpoint = URI.create("http://127.0.0.1:" + server.getPort());
    options =
        new S3Options(
            Optional.of(endpoint), "us-east-1", Optional.of("access"), Optional.of("secret"));
    client =
        S3Client.builder()
            .region(Region.US_EAST_1)
            .endpointOverride(endpoint)
            .forcePathStyle(true)
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("access", "secret")))
            .build();
    client.createBucket(create -> create.bucket("models"));
    model = DefaultModel.unpack(directory.resolve("model"));
  }

  @AfterAll
  static void stop() {
    client.close();
    server.shutdown();
  }

  @Test
  void movesTheFilesOfAModelIntoADirectory() throws Exception {
    Path made = directory.resolve("made");
    ModelArtifact trained = DefaultModel.unpack(made);
    Files.writeString(made.resolve("report.md"), "better");
    Files.writeString(made.resolve("log.csv"), "stays");
    Object weights = fileKey(made.resolve(ModelArtifact.WEIGHTS));
    Path root = directory.resolve("taken");
    try (ArtifactStore store = ArtifactStore.open(root.toString(), S3Options.DEFAULT, root)) {
      URI uri = store.take(trained);
      assertEquals(trained.generation(), store.fetch(uri, trained.sha256()).generation());
      assertEquals(weights, fileKey(Path.of(uri).resolve(ModelArtifact.WEIGHTS)));
      assertTrue(Files.exists(Path.of(uri).resolve("report.md")));
      assertTrue(Files.exists(made.resolve("log.csv")));
      assertFalse(Files.exists(made.resolve(ModelArtifact.WEIGHTS)));
      assertEquals(uri, store.take(DefaultModel.unpack(directory.resolve("made-again"))));
    }
  }

  /// Any client may write to `models`. A damaged copy of a model is deleted.
  @Test
  void touchesNothingOutsideOfItsCache() throws Exception {
    Path beside = Files.createDirectories(directory.resolve("beside"));
    Path kept = Files.writeString(beside.resolve("kept"), "not a model");
    Path cache = Files.createDirectories(directory.resolve("some-cache"));
    Path copy = Files.writeString(Files.createDirectory(cache.resolve("a")).resolve("b"), "c");
    try (ArtifactStore store = ArtifactStore.open("s3://models/some", options, cache)) {
      URI uri = URI.create("s3://models/some/x");
      for (String name : List.of("../beside", "", ".", beside.toString())) {
        assertThrows(BrokenModelException.class, () -> store.fetch(uri, name));
      }
    }
    assertTrue(Files.exists(kept));
    assertTrue(Files.exists(copy));
  }

  /// The same as long as a file is only moved.
  private static Object fileKey(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }

  @Test
  void keepsAndFetchesByContentInS3() throws Exception {
    try (ArtifactStore training = s3("one");
        ArtifactStore embed = s3("one")) {
      URI uri = training.keep(model);
      assertEquals(URI.create("s3://models/one/" + model.sha256()), uri);
      assertEquals(uri, training.keep(model));
      ModelArtifact fetched = embed.fetch(uri, model.sha256());
      assertEquals(model.generation(), fetched.generation());
      assertFalse(fetched.directory().startsWith(model.directory()));
      // The cache serves without the store.
      client.deleteObject(delete -> delete.bucket("models").key(key("one", "manifest.json")));
      assertEquals(model.sha256(), embed.fetch(uri, model.sha256()).sha256());
    }
  }

  @Test
  void keepsAndFetchesByContentInADirectory() throws Exception {
    try (ArtifactStore store =
        ArtifactStore.open(
            directory.resolve("files").toString(),
            S3Options.DEFAULT,
            directory.resolve("unused"))) {
      URI uri = store.keep(model);
      assertEquals("file", uri.getScheme());
      assertEquals(model.generation(), store.fetch(uri, model.sha256()).generation());
      Path weights = Path.of(uri).resolve(ModelArtifact.WEIGHTS);
      Files.write(weights, Arrays.copyOf(Files.readAllBytes(weights), 1000));
      assertThrows(BrokenModelException.class, () -> store.fetch(uri, model.sha256()));
      assertEquals(uri, store.keep(model));
      assertEquals(model.generation(), store.fetch(uri, model.sha256()).generation());
    }
  }

  @Test
  void deletesOnlyWeightsInS3() throws Exception {
    try (ArtifactStore store = s3("deleted");
        ArtifactStore other = s3("deleted")) {
      assertDeletesWeights(store);
      assertThrows(
          BrokenModelException.class,
          () -> other.fetch(URI.create("s3://models/deleted/" + model.sha256()), model.sha256()));
      assertEquals(store.keep(model), URI.create("s3://models/deleted/" + model.sha256()));
      assertEquals(
          model.generation(),
          other
              .fetch(URI.create("s3://models/deleted/" + model.sha256()), model.sha256())
              .generation());
    }
  }

  @Test
  void fetchesAForgottenCopyAgain() throws Exception {
    Path cache = directory.resolve("forgetting");
    try (ArtifactStore store = ArtifactStore.open("s3://models/forgetting", options, cache)) {
      URI uri = store.keep(model);
      Path copy = store.fetch(uri, model.sha256()).directory();
      assertTrue(copy.startsWith(cache), copy.toString());
      store.forgetCopy(model.sha256());
      assertFalse(Files.exists(copy));
      store.forgetCopy(model.sha256());
      store.forgetCopy("..");
      assertTrue(Files.exists(cache));
      assertEquals(copy, store.fetch(uri, model.sha256()).directory());
    }
  }

  @Test
  void deletesOnlyWeightsInADirectory() throws Exception {
    Path root = directory.resolve("deleting");
    try (ArtifactStore store =
        ArtifactStore.open(root.toString(), S3Options.DEFAULT, directory.resolve("unused"))) {
      assertDeletesWeights(store);
      for (String name : new String[] {"", "..", model.sha256() + "/.."}) {
        assertFalse(store.owns(root.toUri(), name), name);
        assertThrows(IllegalArgumentException.class, () -> store.deleteWeights(root.toUri(), name));
      }
    }
  }

  private static void assertDeletesWeights(ArtifactStore store) throws Exception {
    URI uri = store.keep(model);
    assertTrue(store.owns(uri, model.sha256()));
    URI elsewhere = model.directory().toUri();
    assertFalse(store.owns(elsewhere, model.sha256()));
    assertThrows(
        IllegalArgumentException.class, () -> store.deleteWeights(elsewhere, model.sha256()));
    store.deleteWeights(uri, model.sha256());
    store.deleteWeights(uri, model.sha256());
    assertThrows(BrokenModelException.class, () -> store.fetch(uri, model.sha256()));
    assertTrue(store.owns(uri, model.sha256()));
    byte[] manifest = Files.readAllBytes(model.directory().resolve(ModelArtifact.MANIFEST));
    assertArrayEquals(manifest, store.file(uri, ModelArtifact.MANIFEST).orElseThrow());
    assertEquals(Optional.empty(), store.file(uri, "report.md"));
    assertEquals(uri, store.keep(model));
    assertEquals(model.generation(), store.fetch(uri, model.sha256()).generation());
    store.deleteWeights(uri, model.sha256());
  }

  @Test
  void refusesAlteredFilesByName() throws Exception {
    URI uri;
    try (ArtifactStore store = s3("bad")) {
      uri = store.keep(model);
    }
    byte[] weights = Files.readAllBytes(model.directory().resolve(ModelArtifact.WEIGHTS));
    byte[] manifest = Files.readAllBytes(model.directory().resolve(ModelArtifact.MANIFEST));
    byte[] tampered = weights.clone();
    tampered[tampered.length - 1]++;
    put("model.safetensors", tampered);
    assertRefused(uri, model.sha256(), uri + "/model.safetensors was changed");
    put("model.safetensors", Arrays.copyOf(weights, weights.length / 2));
    assertRefused(uri, model.sha256(), uri + "/model.safetensors was changed");
    put("model.safetensors", weights);
    put("manifest.json", changed(manifest, "\"formatVersion\" : 1", "\"formatVersion\" : 7"));
    assertRefused(uri, model.sha256(), "is of format version 7");
    put(
        "manifest.json",
        changed(manifest, "\"embeddingDimension\" : 512", "\"embeddingDimension\" : 256"));
    assertRefused(uri, model.sha256(), "says 256 dimensions, the weights have 512");
    put("manifest.json", changed(manifest, "\"inputSize\" : 160", "\"inputSize\" : 128"));
    assertRefused(uri, model.sha256(), "holds the model");
    client.deleteObject(delete -> delete.bucket("models").key(key("bad", "manifest.json")));
    assertRefused(uri, model.sha256(), "there is no file " + uri + "/manifest.json");
    // A good copy takes the place of a damaged one.
    try (ArtifactStore store = s3("bad")) {
      assertEquals(uri, store.keep(model));
      assertEquals(model.generation(), store.fetch(uri, model.sha256()).generation());
    }
  }

  @Test
  void reportsAnUnreachableStore() throws Exception {
    S3Options nowhere =
        new S3Options(
            Optional.of(URI.create("http://127.0.0.1:1")),
            "us-east-1",
            Optional.of("access"),
            Optional.of("secret"));
    try (ArtifactStore store =
        ArtifactStore.open("s3://models/x", nowhere, directory.resolve("cache-x"))) {
      IOException e = assertThrows(IOException.class, () -> store.keep(model));
      assertTrue(e.getMessage().startsWith("s3://models/x/"), e.getMessage());
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> ArtifactStore.open("s3:///no-bucket", nowhere, directory));
  }

  private static ArtifactStore s3(String prefix) {
    return ArtifactStore.open(
        "s3://models/" + prefix, options, directory.resolve("cache-" + caches++));
  }

  private static void assertRefused(URI uri, String sha256, String reason) {
    try (ArtifactStore store = s3("bad")) {
      BrokenModelException e =
          assertThrows(BrokenModelException.class, () -> store.fetch(uri, sha256));
      assertTrue(e.getMessage().contains(reason), e.getMessage());
    }
  }

  private static void put(String name, byte[] bytes) {
    client.putObject(
        put -> put.bucket("models").key(key("bad", name)), RequestBody.fromBytes(bytes));
  }

  private static String key(String prefix, String name) {
    return prefix + "/" + model.sha256() + "/" + name;
  }

  private static byte[] changed(byte[] manifest, String from, String to) {
    String text = new String(manifest, UTF_8);
    assertTrue(text.contains(from), text);
    return text.replace(from, to).getBytes(UTF_8);
  }
}
