package io.sketchstream.ingest.http;

import io.sketchstream.ingest.gallery.GalleryEntry;
import io.sketchstream.ingest.gallery.Precondition;
import io.sketchstream.shell.problem.ProblemException;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The conditions of a request for one image (RFC 9110, section 13.1). `If-Match` compares entity
/// tags strongly, `If-None-Match` weakly: a proxy that compresses makes a tag weak.
///
/// **Threads:** any.
final class Conditions implements Precondition {
  private static final Pattern TAG = Pattern.compile("\\G[\\s,]*(W/)?\"([^\"]*)\"\\s*(?=,|$)");
  private static final EntityTag ANY = new EntityTag("*");

  private final String id;
  private final Optional<List<EntityTag>> match;
  private final Optional<List<EntityTag>> noneMatch;

  private Conditions(
      String id, Optional<List<EntityTag>> match, Optional<List<EntityTag>> noneMatch) {
    this.id = id;
    this.match = match;
    this.noneMatch = noneMatch;
  }

  /// @param id of the image that the request is for
  static Conditions of(HttpHeaders request, String id) {
    return new Conditions(
        id, tags(request, HttpHeaders.IF_MATCH), tags(request, HttpHeaders.IF_NONE_MATCH));
  }

  /// The conditions of a write; [Precondition#NONE] where the request has none.
  static Precondition ofWrite(HttpHeaders request, String id) {
    Conditions given = of(request, id);
    return given.match.isEmpty() && given.noneMatch.isEmpty() ? Precondition.NONE : given;
  }

  @Override
  public void check(Optional<GalleryEntry> there) {
    requireMatch(there);
    if (there.isPresent() && isNamed(there.get())) {
      throw failed(
          noneMatch.get().contains(ANY)
              ? "is in the gallery already, and If-None-Match is *"
              : "is the version that If-None-Match names");
    }
  }

  /// Whether the caller of a `GET` has this version already.
  boolean notModified(GalleryEntry entry) {
    requireMatch(Optional.of(entry));
    return isNamed(entry);
  }

  private void requireMatch(Optional<GalleryEntry> there) {
    if (match.isPresent()
        && match.get().stream().noneMatch(tag -> there.isPresent() && isStrong(tag, there.get()))) {
      throw failed(
          there.isPresent()
              ? "is not the version that If-Match names"
              : "is not in the gallery, so If-Match does not hold");
    }
  }

  private static boolean isStrong(EntityTag tag, GalleryEntry entry) {
    return tag == ANY || !tag.isWeak() && tag.getValue().equals(entry.etag());
  }

  private boolean isNamed(GalleryEntry entry) {
    return noneMatch.stream()
        .flatMap(List::stream)
        .anyMatch(tag -> tag == ANY || tag.getValue().equals(entry.etag()));
  }

  private ProblemException failed(String why) {
    return new ProblemException(
        Problems.of(412, "precondition-failed", "image '%s' %s".formatted(id, why)));
  }

  /// A header that can't be read is refused: left out, it would make the write unconditional.
  private static Optional<List<EntityTag>> tags(HttpHeaders request, String header) {
    List<String> lines = request.getRequestHeader(header);
    if (lines == null || lines.isEmpty()) {
      return Optional.empty();
    }
    String text = String.join(",", lines).strip();
    if (text.equals(ANY.getValue())) {
      return Optional.of(List.of(ANY));
    }
    List<EntityTag> tags = new ArrayList<>();
    Matcher tag = TAG.matcher(text);
    int end = 0;
    while (tag.find()) {
      tags.add(new EntityTag(tag.group(2), tag.group(1) != null));
      end = tag.end();
    }
    if (tags.isEmpty() || !text.substring(end).replace(",", "").isBlank()) {
      throw new ProblemException(
          Problems.of(
              400,
              "bad-request",
              "%s is '%.100s', not * or entity tags in quotes".formatted(header, text)));
    }
    return Optional.of(tags);
  }
}
