package io.sketchstream.ingest.http;

import io.sketchstream.events.ImageAttributes;
import io.sketchstream.ingest.gallery.ImageIds;
import io.sketchstream.ingest.gallery.Intake;
import io.sketchstream.ingest.gallery.Intake.Description;
import io.sketchstream.ingest.gallery.Parallel;
import io.sketchstream.ingest.gallery.RefusedException;
import io.sketchstream.ingest.gallery.SizeLimit;
import io.sketchstream.ingest.gallery.UnavailableException;
import io.sketchstream.ingest.http.FileDescriptions.FileDescription;
import io.sketchstream.shell.access.GalleryLimit;
import io.sketchstream.shell.problem.ProblemException;
import io.sketchstream.shell.problem.UnexpectedFailure;
import io.sketchstream.shell.tracing.TraceContext;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jboss.resteasy.reactive.multipart.FileUpload;

/// Puts the files of one upload into the gallery, several at once; each succeeds or fails alone.
///
/// **Threads:** a few virtual ones while [#run] runs.
final class BatchUpload {
  private static final String ID_PREFIX = "id:";

  private final Intake intake;
  private final ImageAttributes common;
  private final FileDescriptions descriptions;
  private final GalleryLimit limit;
  private final TraceContext trace;

  /// A file of the upload.
  ///
  /// @param part name of the part: `id:NAME` names the image
  /// @param name the file's name, as the caller knows it
  /// @param content where it is kept while it waits
  record Part(String part, String name, Path content) {}

  /// @param common attributes of all files
  /// @param descriptions attributes of single files
  /// @param limit the galleries that the caller reaches
  BatchUpload(
      Intake intake,
      ImageAttributes common,
      FileDescriptions descriptions,
      GalleryLimit limit,
      TraceContext trace) {
    this.limit = limit;
    this.intake = intake;
    this.common = common;
    this.descriptions = descriptions;
    this.trace = trace;
  }

  /// Checks that a part has content: the framework drops that of one without a file name whose type
  /// is not text.
  static void requireFile(FileUpload part) {
    if (part.uploadedFile() == null) {
      throw new ProblemException(
          Problems.of(
              400,
              "bad-request",
              "the part '%.100s' has no file name, and its Content-Type is %.100s"
                  .formatted(part.name(), part.contentType())));
    }
  }

  /// Checks how many files an upload holds.
  static void checkCount(int fileCount, int max) {
    if (fileCount == 0) {
      throw new ProblemException(
          Problems.of(400, "bad-request", "the upload holds no part with a file name"));
    }
    if (fileCount > max) {
      throw new ProblemException(
          Problems.of(
              413,
              "too-large",
              "the upload holds %d files; ingest.batch-files-max is %d".formatted(fileCount, max)));
    }
  }

  /// @param concurrencyMax how many files are worked on at once
  /// @return the outcome of each, in the order given
  List<FileResult> run(List<Part> parts, int concurrencyMax) {
    return Parallel.map(parts, concurrencyMax, this::put);
  }

  private FileResult put(Part part) {
    try {
      FileDescription description = descriptions.of(part.name());
      Optional<String> id = idOf(part, description);
      return FileResult.of(
          part.name(),
          intake.put(
              max -> read(part.content(), max),
              new Description(id, AttributeReader.merge(common, description), limit, trace)));
    } catch (RefusedException e) {
      return FileResult.rejected(part.name(), Problems.of(e, part.name()));
    } catch (UnavailableException e) {
      return FileResult.failed(
          part.name(), Problems.unavailable(part.name() + ": " + e.getMessage()));
    } catch (IOException e) {
      return FileResult.failed(
          part.name(), Problems.unavailable(part.name() + ": the upload can't be read back"));
    } catch (RuntimeException e) { // A defect that one file meets does not fail the others.
      return FileResult.failed(part.name(), UnexpectedFailure.problem(e));
    }
  }

  private static byte[] read(Path file, SizeLimit limit) throws IOException, RefusedException {
    try (InputStream in = Files.newInputStream(file)) {
      return limit.read(in);
    }
  }

  private static Optional<String> idOf(Part part, FileDescription description)
      throws RefusedException {
    if (description.id() != null) {
      return Optional.of(ImageIds.check(description.id()));
    }
    return part.part().startsWith(ID_PREFIX)
        ? Optional.of(ImageIds.check(part.part().substring(ID_PREFIX.length())))
        : Optional.empty();
  }
}
