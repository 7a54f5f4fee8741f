package io.sketchstream.ingest.http;

import io.sketchstream.events.ImageAttributes;
import io.sketchstream.events.ImageIngested;
import io.sketchstream.events.Instants;
import io.sketchstream.ingest.gallery.Gallery.StoredImage;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// An image without its pixels.
///
/// @param ingestedAt when its content was ingested, in ISO 8601
/// @param contentSha256 of the file as it was uploaded
/// @param width of the canonical image in pixels
/// @param height of the canonical image in pixels
/// @param size of the canonical image in bytes
/// @param position token of the last write: a search that carries it has seen it
/// @param hasOriginal whether `GET /v1/images/{id}/original` has the file that it came from
record ImageMetadata(
    String imageId,
    String title,
    List<String> tags,
    String uri,
    Map<String, String> extra,
    String ingestedAt,
    String contentSha256,
    int width,
    int height,
    int size,
    String position,
    boolean hasOriginal) {

  /// @param uris what the caller sees of them
  static ImageMetadata of(StoredImage stored, UnaryOperator<String> uris, boolean hasOriginal) {
    ImageIngested image = stored.image();
    ImageAttributes attributes = image.getAttributes();
    return new ImageMetadata(
        image.getImageId(),
        attributes.getTitle(),
        List.copyOf(attributes.getTagsList()),
        uris.apply(attributes.getUri()),
        attributes.getExtraMap(),
        Instants.of(image.getIngestedAt()).toString(),
        HexFormat.of().formatHex(image.getContentSha256().toByteArray()),
        image.getWidth(),
        image.getHeight(),
        image.getJpeg().size(),
        stored.entry().position(),
        hasOriginal);
  }
}
