package io.sketchstream.query.index;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.index.MergePolicy;
import org.apache.lucene.index.MergeTrigger;
import org.apache.lucene.index.SegmentCommitInfo;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.index.TieredMergePolicy;

/// Keeps a shard in few segments: a search walks a graph in each, and each walk costs nearly as
/// much as one through a single graph of them all.
///
/// Lucene's default collects up to eight segments of a size before it merges them, because merging
/// text costs as much for a large segment as for a small one beside it. Graphs are different: the
/// graph of the largest segment is taken over and only the images of the others are added to it. So
/// here a segment is merged with all that are smaller as soon as these hold a fixed part of it:
///
/// 1. Small segments, which have no graph, are gathered until they are worth one.
/// 2. The largest segment is found whose smaller ones hold a part of it (an eighth) in sum, and is
///    merged with them. An image is so added to a graph once for each level, three times up to a
///    million; sizes fall by eight at least from one segment to the next.
/// 3. A shard at rest is merged further, to where the rest holds no more than a thirty-second part.
/// 4. A segment is rewritten when a quarter of it was removed; at rest, when an eighth was.
///
/// **Threads:** Lucene's, under the lock of its writer; [#rest] by any.
final class ShardMergePolicy extends MergePolicy {
  private static final double MB = 1024 * 1024;

  private static final int PARTS = 8;
  private static final int PARTS_AT_REST = 32;
  private static final double REMOVED_MAX = 1.0 / 4;
  private static final double REMOVED_MAX_AT_REST = 1.0 / 8;

  /// Most small segments that wait to be merged.
  private static final int SMALL_COUNT_MAX = 8;

  /// Largest merged segment: a merge needs as much free disk space again, and a graph on the heap.
  private static final long MERGED_SIZE_MAX = 8L << 30;

  /// For merges that only tools request.
  private final TieredMergePolicy onDemand = new TieredMergePolicy();

  private final int smallMax;
  private volatile boolean resting;

  /// @param smallMax images of a segment that is not worth a graph yet
  ShardMergePolicy(int smallMax) {
    super(DEFAULT_NO_CFS_RATIO, DEFAULT_MAX_CFS_SEGMENT_SIZE);
    this.smallMax = smallMax;
    onDemand.setMaxMergedSegmentMB(MERGED_SIZE_MAX / MB);
  }

  /// Says whether nothing is being written now.
  void rest(boolean resting) {
    this.resting = resting;
  }

  /// @param images without those removed
  private record Part(SegmentCommitInfo segment, int images, long size, double removed) {}

  @Override
  public MergeSpecification findMerges(
      MergeTrigger trigger, SegmentInfos infos, MergeContext context) throws IOException {
    List<Part> small = new ArrayList<>();
    List<Part> parts = new ArrayList<>();
    int smallSum = 0;
    for (Part part : free(infos, context)) {
      if (part.images() <= smallMax) {
        small.add(part);
        smallSum += part.images();
      } else {
        parts.add(part);
      }
    }
    boolean enough = smallSum > smallMax || small.size() > SMALL_COUNT_MAX;
    if (enough || resting) {
      parts.addAll(small);
    }
    int from = unbalanced(parts);
    if (from < parts.size()) {
      return merge(parts.subList(from, parts.size()));
    }
    if (enough && small.size() > 1) {
      return merge(small);
    }
    return worn(parts);
  }

  /// Segments that no merge has taken, largest first.
  private List<Part> free(SegmentInfos infos, MergeContext context) throws IOException {
    Set<SegmentCommitInfo> taken = context.getMergingSegments();
    List<Part> free = new ArrayList<>();
    for (SegmentCommitInfo segment : infos) {
      if (!taken.contains(segment)) {
        int removed = context.numDeletesToMerge(segment);
        int images = segment.info.maxDoc() - removed;
        double share = (double) removed / Math.max(1, segment.info.maxDoc());
        free.add(new Part(segment, images, size(segment, context), share));
      }
    }
    free.sort(Comparator.comparingInt(Part::images).reversed());
    return free;
  }

  /// Index of the first segment whose smaller ones hold too large a part of it; past the end if
  /// there is none.
  private int unbalanced(List<Part> parts) {
    int first = parts.size();
    long images = 0;
    long size = 0;
    int factor = resting ? PARTS_AT_REST : PARTS;
    for (int i = parts.size() - 1; i >= 0; i--) {
      Part part = parts.get(i);
      size += part.size();
      if (size > MERGED_SIZE_MAX) {
        break;
      }
      if (i < parts.size() - 1 && images * factor >= part.images()) {
        first = i;
      }
      images += part.images();
    }
    return first;
  }

  private MergeSpecification worn(List<Part> parts) {
    double removedMax = resting ? REMOVED_MAX_AT_REST : REMOVED_MAX;
    for (Part part : parts) {
      if (part.removed() > removedMax) {
        return merge(List.of(part));
      }
    }
    return null;
  }

  private static MergeSpecification merge(List<Part> parts) {
    MergeSpecification merges = new MergeSpecification();
    merges.add(new OneMerge(parts.stream().map(Part::segment).toList()));
    return merges;
  }

  @Override
  public MergeSpecification findForcedMerges(
      SegmentInfos infos,
      int segmentCountMax,
      Map<SegmentCommitInfo, Boolean> segmentsToMerge,
      MergeContext context)
      throws IOException {
    return onDemand.findForcedMerges(infos, segmentCountMax, segmentsToMerge, context);
  }

  @Override
  public MergeSpecification findForcedDeletesMerges(SegmentInfos infos, MergeContext context)
      throws IOException {
    return onDemand.findForcedDeletesMerges(infos, context);
  }
}
