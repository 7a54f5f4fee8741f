package io.sketchstream.store;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Object;

/// Files under a prefix of a bucket, at Amazon or any server that speaks its protocol.
///
/// **Threads:** any. **Owns:** its connections, until [#close]; folders made by [#at] share them.
public final class S3Folder implements AutoCloseable {
  /// What the location of a bucket begins with.
  public static final String SCHEME = "s3://";

  /// A single request takes 5 GB at most, an upload 10,000 parts.
  static final long PART_SIZE = 64L << 20;

  /// How long the server may send nothing.
  private static final Duration SILENCE_MAX = Duration.ofSeconds(30);

  /// Of any call: enough for a part at 110 KB/s. Of a download it is the time to its first byte;
  /// from then on it has a minimum rate, see [TimedDownload].
  private static final Duration CALL_MAX = Duration.ofMinutes(10);

  private static final int DOWNLOADS_TRIED_MAX = 3;

  private final S3Client client;
  private final URI root;
  private final long partSize;

  private S3Folder(S3Client client, URI root, long partSize) {
    this.client = client;
    this.root = root;
    this.partSize = partSize;
  }

  /// @param location `s3://bucket/prefix`
  /// @throws IllegalArgumentException when it names no bucket, or is no URI
  public static S3Folder open(String location, S3Options options) {
    return open(location, options, PART_SIZE, CALL_MAX);
  }

  /// @param partSize larger files are sent in parts of this size, in bytes
  /// @param callMax longest time of a call
  static S3Folder open(String location, S3Options options, long partSize, Duration callMax) {
    URI root = URI.create(location);
    if (root.getHost() == null) {
      throw new IllegalArgumentException(
          "'" + location + "' names no bucket; expected s3://bucket/prefix");
    }
    return new S3Folder(client(options, callMax), root, partSize);
  }

  /// Another folder, over the same connections.
  ///
  /// @throws IOException when the location names no bucket
  S3Folder at(URI other) throws IOException {
    if (other.getHost() == null) {
      throw new IOException("'" + other + "' is not in a bucket");
    }
    return new S3Folder(client, other, partSize);
  }

  /// Where the folder is, without a slash at its end.
  public String location() {
    return withoutSlash(root.toString());
  }

  /// Writes a file, or replaces it. The server checks the content by its MD5.
  ///
  /// @throws IOException naming the file, when it can't be read or the store can't be written
  public void put(String name, Path file) throws IOException {
    try {
      long size = Files.size(file);
      if (size <= partSize) {
        FileSlice all = new FileSlice(file, 0, size);
        String md5 = all.md5();
        client.putObject(put -> put.bucket(bucket()).key(key(name)).contentMD5(md5), all.body());
      } else {
        putInParts(name, file, size);
      }
    } catch (SdkException e) {
      throw failure(name, "written", e);
    }
  }

  private void putInParts(String name, Path file, long size) throws IOException {
    String upload =
        client.createMultipartUpload(begin -> begin.bucket(bucket()).key(key(name))).uploadId();
    try {
      List<CompletedPart> parts = new ArrayList<>();
      for (long from = 0; from < size; from += partSize) {
        FileSlice slice = new FileSlice(file, from, Math.min(partSize, size - from));
        int number = parts.size() + 1;
        String md5 = slice.md5();
        String tag =
            client
                .uploadPart(
                    part ->
                        part.bucket(bucket())
                            .key(key(name))
                            .uploadId(upload)
                            .partNumber(number)
                            .contentMD5(md5),
                    slice.body())
                .eTag();
        parts.add(CompletedPart.builder().partNumber(number).eTag(tag).build());
      }
      client.completeMultipartUpload(end ->
          end.bucket(bucket())
              .key(key(name))
              .uploadId(upload)
              .multipartUpload(all -> all.parts(parts)));
    } catch (SdkException | IOException e) {
      abort(name, upload, e);
      throw e;
    }
  }

  /// Parts that are never completed would cost money.
  private void abort(String name, String upload, Exception cause) {
    try {
      client.abortMultipartUpload(abort -> abort.bucket(bucket()).key(key(name)).uploadId(upload));
    } catch (SdkException e) {
      cause.addSuppressed(e);
    }
  }

  /// Copies a file from here.
  ///
  /// @param to must not exist
  /// @return false when there is no such file
  /// @throws IOException naming the file, when the store can't be read or the copy not be written
  public boolean get(String name, Path to) throws IOException {
    try {
      download(name, new TimedDownload(to));
      return true;
    } catch (NoSuchKeyException _) {
      return false;
    } catch (SdkException e) {
      throw failure(name, "read", e);
    }
  }

  private void download(String name, TimedDownload download) throws IOException {
    for (int tried = 1; ; tried++) {
      try (ResponseInputStream<GetObjectResponse> in =
          client.getObject(get -> get.bucket(bucket()).key(key(name)))) {
        long _ = download.copy(in, in);
        return;
      } catch (RetryableException e) {
        if (tried == DOWNLOADS_TRIED_MAX) {
          throw e;
        }
      }
    }
  }

  /// A small file; empty when there is none.
  ///
  /// @throws IOException naming the file, when the store can't be read
  public Optional<byte[]> bytes(String name) throws IOException {
    try {
      return Optional.of(
          client.getObjectAsBytes(get -> get.bucket(bucket()).key(key(name))).asByteArray());
    } catch (NoSuchKeyException _) {
      return Optional.empty();
    } catch (SdkException e) {
      throw failure(name, "read", e);
    }
  }

  /// The names of all files here; those in folders below with their path.
  ///
  /// @throws IOException when the store can't be read
  public List<String> names() throws IOException {
    String prefix = key("");
    try {
      return client
          .listObjectsV2Paginator(list -> list.bucket(bucket()).prefix(prefix))
          .contents()
          .stream()
          .map(S3Object::key)
          .map(key -> key.substring(prefix.length()))
          .toList();
    } catch (SdkException e) {
      throw failure("", "read", e);
    }
  }

  /// Deletes a file, if it is there.
  ///
  /// @throws IOException naming the file, when the store can't be written
  public void delete(String name) throws IOException {
    try {
      client.deleteObject(delete -> delete.bucket(bucket()).key(key(name)));
    } catch (SdkException e) {
      throw failure(name, "deleted", e);
    }
  }

  @Override
  public void close() {
    client.close();
  }

  private IOException failure(String name, String what, SdkException e) {
    return new IOException(
        "%s can't be %s: %s".formatted(location() + "/" + name, what, e.getMessage()), e);
  }

  private String bucket() {
    return root.getHost();
  }

  private String key(String name) {
    String prefix = withoutSlash(root.getPath().replaceFirst("^/", ""));
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  static String withoutSlash(String text) {
    return text.replaceFirst("/+$", "");
  }

  static S3Client client(S3Options options, Duration callMax) {
    S3ClientBuilder builder =
        S3Client.builder()
            .region(Region.of(options.region()))
            .httpClientBuilder(UrlConnectionHttpClient.builder().socketTimeout(SILENCE_MAX))
            .overrideConfiguration(calls -> calls.apiCallAttemptTimeout(callMax))
            // Servers other than Amazon's do not know the newer checksums.
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
}
