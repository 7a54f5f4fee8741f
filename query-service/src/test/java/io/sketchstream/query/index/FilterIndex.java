package io.sketchstream.query.index;

import io.sketchstream.events.ImageEmbedded;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.lucene.search.Query;

/// A real shard index for tests of filters.
public final class FilterIndex implements AutoCloseable {
  private final ImageIndex index;

  public FilterIndex(Path directory) throws IOException {
    index = ImageIndex.open(directory, IndexOptions.defaults(), () -> false);
  }

  public void add(ImageEmbedded image) throws IOException {
    index.put(image.getImageId(), new float[] {1, 0}, image);
    index.refresh();
  }

  public List<String> matching(Optional<Query> filter) throws IOException {
    return KnnQueries.ids(index.search(KnnQueries.nearest(new float[] {1, 0}, 100, filter)));
  }

  @Override
  public void close() throws IOException {
    index.close();
  }
}
