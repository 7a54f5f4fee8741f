package io.sketchstream.query.index;

import io.sketchstream.events.ImageEmbedded;
import io.sketchstream.events.NearestFound;
import io.sketchstream.events.NewestFound;
import io.sketchstream.events.ShardReply;
import io.sketchstream.events.VectorFound;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.index.IndexNotFoundException;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.QueryCachingPolicy;
import org.apache.lucene.search.SearcherFactory;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.NRTCachingDirectory;
import org.jboss.logging.Logger;

/// One shard's Lucene index: images by id, searchable by vector.
///
/// **Threads:** one writes ([#put], [#remove], [#commit]), one refreshes, any number search.
/// **Owns:** the directory and Lucene's merge threads, until [#close].
final class ImageIndex implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(ImageIndex.class);

  /// Small segments of single images are kept in memory until they are merged or committed:
  /// creating a dozen files for each costs more than indexing. Bounds of one such segment and of
  /// all. Vectors in a larger one are read faster from a mapped file.
  private static final double MERGE_CACHED_MB = 1.0 / 8;

  private static final double CACHE_MB = 32;

  /// With more segments than this, merges are behind. Usual are up to nine small ones, a few large
  /// ones, and those being merged.
  private static final int SEGMENTS_MAX = 24;

  private static final QueryCachingPolicy FILTERS = new FilterCachingPolicy();

  private final IndexOptions options;
  private final Directory directory;
  private final ShardMergePolicy merges;
  private final IndexWriter writer;
  private final SearcherManager searchers;

  private ImageIndex(
      IndexOptions options, Directory directory, ShardMergePolicy merges, IndexWriter writer)
      throws IOException {
    this.options = options;
    this.directory = directory;
    this.merges = merges;
    this.writer = writer;
    this.searchers = new SearcherManager(writer, true, true, new CachingSearchers());
  }

  /// Opens the index on the disk as of its last commit.
  ///
  /// @param filling whether hardly anyone searches it yet
  static ImageIndex open(Path path, IndexOptions options, BooleanSupplier filling)
      throws IOException {
    return open(path, options, new MergeThreads(filling, ShardObserver.NONE), ShardFiles.ON_DISK);
  }

  /// Opens the index as of its last commit. An unreadable index is deleted and rebuilt from Kafka.
  static ImageIndex open(Path path, IndexOptions options, MergeThreads threads, ShardFiles files)
      throws IOException {
    try {
      return openExisting(path, options, threads, files);
    } catch (CorruptIndexException
        | IndexFormatTooOldException
        | IndexFormatTooNewException
        | IndexNotFoundException e) {
      LOG.warnf(e, "the index in %s can't be read and is rebuilt from its topic", path);
      deleteFiles(path);
      return openExisting(path, options, threads, files);
    }
  }

  private static ImageIndex openExisting(
      Path path, IndexOptions options, MergeThreads threads, ShardFiles files) throws IOException {
    Files.createDirectories(path);
    Directory directory = new NRTCachingDirectory(files.open(path), MERGE_CACHED_MB, CACHE_MB);
    IndexWriter writer = null;
    try {
      ShardMergePolicy merges = new ShardMergePolicy(VectorFormat.WITHOUT_GRAPH_MAX);
      writer = new IndexWriter(directory, writerConfig(options, merges, threads));
      return new ImageIndex(options, directory, merges, writer);
    } catch (IOException | RuntimeException e) {
      if (writer != null) {
        writer.rollback();
      }
      directory.close();
      throw e;
    }
  }

  private static IndexWriterConfig writerConfig(
      IndexOptions options, ShardMergePolicy merges, MergeThreads threads) {
    return new IndexWriterConfig(new StandardAnalyzer())
        .setCodec(new VectorCodec(options))
        .setRAMBufferSizeMB(options.ramBufferSizeMax() / (1024.0 * 1024.0))
        .setMergePolicy(merges)
        .setMergeScheduler(threads)
        // A refresh makes a new image visible; it must not wait for a merge.
        .setMaxFullFlushMergeWaitMillis(0)
        // Lucene's commit is Kafka Streams' commit: what came after it is replayed.
        .setCommitOnClose(false);
  }

  private static void deleteFiles(Path path) throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }

  /// Adds an image, or replaces it.
  ///
  /// @throws IllegalArgumentException when Lucene refuses the image; the index is as before
  void put(String imageId, float[] vector, ImageEmbedded image) throws IOException {
    writer.updateDocument(
        new Term(ImageFields.ID, imageId), ImageFields.document(imageId, vector, image));
  }

  void remove(String imageId) throws IOException {
    writer.deleteDocuments(new Term(ImageFields.ID, imageId));
  }

  /// Removes all images and forgets the format of the vectors.
  void clear() throws IOException {
    writer.deleteAll();
    searchers.maybeRefreshBlocking();
  }

  /// Makes all writes up to now visible to searches that start later.
  void refresh() throws IOException {
    searchers.maybeRefreshBlocking();
  }

  /// Starts or stops further merging while nothing is written. Searches see merged segments after
  /// the next refresh.
  void rest(boolean resting) throws IOException {
    merges.rest(resting);
    if (resting) {
      writer.maybeMerge();
    }
  }

  /// Whether merges do not keep up with what is written.
  boolean behind() throws IOException {
    return size().segments() > SEGMENTS_MAX;
  }

  /// Whether a commit would change anything: merges do as well.
  boolean hasUncommittedChanges() {
    return writer.hasUncommittedChanges();
  }

  /// Makes all writes up to now durable, together with a description of their state.
  void commit(Map<String, String> state) throws IOException {
    writer.setLiveCommitData(state.entrySet());
    writer.commit();
  }

  /// The description stored with the last commit.
  Map<String, String> committedState() {
    Map<String, String> state = new TreeMap<>();
    Iterable<Map.Entry<String, String>> data = writer.getLiveCommitData();
    if (data != null) {
      data.forEach(entry -> state.put(entry.getKey(), entry.getValue()));
    }
    return state;
  }

  /// The answer to a query, without the number of the shard.
  ShardReply.Builder answer(ShardQuery query) throws IOException {
    return switch (query) {
      case KnnQuery knn -> ShardReply.newBuilder().setNearest(search(knn));
      case NewestQuery newest -> ShardReply.newBuilder().setNewest(newest(newest));
      case VectorOf(String imageId) -> {
        float[] vector = vectorOf(imageId).orElse(new float[0]);
        yield ShardReply.newBuilder()
            .setVector(VectorFound.newBuilder().setVector(PackedVector.pack(vector)));
      }
    };
  }

  NearestFound search(KnnQuery query) throws IOException {
    return searching(searcher -> new ShardSearch(searcher, query, options.searchWidth()).found());
  }

  NewestFound newest(NewestQuery query) throws IOException {
    return searching(searcher -> new ShardListing(searcher, query).found());
  }

  /// The vector of an image, without its hubness.
  Optional<float[]> vectorOf(String imageId) throws IOException {
    return searching(searcher -> ShardSearch.vectorOf(searcher, imageId));
  }

  /// Counts of what a search sees now.
  Size size() throws IOException {
    return searching(searcher ->
        new Size(
            searcher.getIndexReader().numDocs(),
            searcher.getIndexReader().numDeletedDocs(),
            searcher.getIndexReader().leaves().size()));
  }

  /// How large a shard is.
  ///
  /// @param documents images
  /// @param deleted replaced or removed images that merges have not yet dropped
  /// @param segments parts that a search visits
  record Size(int documents, int deleted, int segments) {}

  /// Closes without a commit.
  @Override
  public void close() throws IOException {
    try (directory;
        searchers) {
      writer.rollback();
    }
  }

  /// Reads what searches see now.
  <T> T searching(Reading<T> reading) throws IOException {
    IndexSearcher searcher = searchers.acquire();
    try {
      return reading.of(searcher);
    } finally {
      searchers.release(searcher);
    }
  }

  private static final class CachingSearchers extends SearcherFactory {
    @Override
    public IndexSearcher newSearcher(IndexReader reader, IndexReader previous) throws IOException {
      IndexSearcher searcher = super.newSearcher(reader, previous);
      searcher.setQueryCachingPolicy(FILTERS);
      return searcher;
    }
  }

  /// What is done with one view of the index.
  interface Reading<T> {
    T of(IndexSearcher searcher) throws IOException;
  }
}
