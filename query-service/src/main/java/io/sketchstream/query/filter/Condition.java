package io.sketchstream.query.filter;

import io.sketchstream.query.index.ImageFields;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.OptionalDouble;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.NumericUtils;

/// One condition of a filter as a Lucene query over [ImageFields].
final class Condition {
  private static final String EQUAL = "=";

  private Condition() {}

  /// @throws IllegalArgumentException when the value does not fit the name; the message goes to the
  ///   user
  static Query query(String name, String sign, String value) {
    String comparison = sign.equals(":") ? EQUAL : sign;
    return switch (name) {
      case "id" -> exact(name, comparison, new Term(ImageFields.ID, value));
      case "tag" -> exact(name, comparison, new Term(ImageFields.TAG, ImageFields.tagTerm(value)));
      case "ingested" -> time(comparison, value);
      default -> attribute(name, comparison, value);
    };
  }

  private static Query exact(String name, String comparison, Term term) {
    if (!comparison.equals(EQUAL)) {
      throw new IllegalArgumentException(
          name + " does not support " + comparison + ", only = and !=");
    }
    return new TermQuery(term);
  }

  /// A date without a time of day is the whole day.
  private static Query time(String comparison, String value) {
    Instant from = parseTime(value);
    boolean wholeDay = value.length() == 10;
    long first = ImageFields.micros(from);
    long last = wholeDay ? first + 86_400_000_000L - 1 : first;
    return switch (comparison) {
      case "<" -> LongPoint.newRangeQuery(ImageFields.INGESTED, Long.MIN_VALUE, first - 1);
      case "<=" -> LongPoint.newRangeQuery(ImageFields.INGESTED, Long.MIN_VALUE, last);
      case ">" -> LongPoint.newRangeQuery(ImageFields.INGESTED, last + 1, Long.MAX_VALUE);
      case ">=" -> LongPoint.newRangeQuery(ImageFields.INGESTED, first, Long.MAX_VALUE);
      default -> LongPoint.newRangeQuery(ImageFields.INGESTED, first, last);
    };
  }

  private static Instant parseTime(String value) {
    try {
      Instant time;
      if (value.length() == 10) {
        time = LocalDate.parse(value).atStartOfDay(ZoneOffset.UTC).toInstant();
      } else if (value.endsWith("Z") || value.matches(".*[+-]\\d\\d(:?\\d\\d)?")) {
        time = OffsetDateTime.parse(value).toInstant();
      } else {
        time = LocalDateTime.parse(value).toInstant(ZoneOffset.UTC);
      }
      if (Math.abs(time.getEpochSecond()) > 253_402_300_800L) {
        throw new IllegalArgumentException("'" + value + "' is out of range");
      }
      return time;
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "'" + value + "' is not a date (2026-01-31) or time (2026-01-31T08:00:00Z)", e);
    }
  }

  private static Query attribute(String name, String comparison, String value) {
    OptionalDouble number = ImageFields.number(value);
    if (comparison.equals(EQUAL)) {
      BytesRef term = ImageFields.extraTerm(name, value);
      Query sameText = new TermQuery(new Term(ImageFields.EXTRA, term));
      return number.isEmpty()
          ? sameText
          : new BooleanQuery.Builder()
              .add(sameText, Occur.SHOULD)
              .add(numbers(name, number.getAsDouble(), number.getAsDouble()), Occur.SHOULD)
              .build();
    }
    if (number.isEmpty()) {
      throw new IllegalArgumentException(
          "'" + value + "' is not a number, and " + comparison + " needs one");
    }
    double bound = number.getAsDouble();
    return switch (comparison) {
      case "<" -> numbers(name, Double.NEGATIVE_INFINITY, Math.nextDown(bound));
      case "<=" -> numbers(name, Double.NEGATIVE_INFINITY, bound);
      case ">" -> numbers(name, Math.nextUp(bound), Double.POSITIVE_INFINITY);
      default -> numbers(name, bound, Double.POSITIVE_INFINITY);
    };
  }

  /// Both zeros are the same number, though they sort apart.
  private static Query numbers(String name, double from, double to) {
    long hash = ImageFields.nameHash(name);
    long first = NumericUtils.doubleToSortableLong(from == 0 ? -0.0 : from);
    long last = NumericUtils.doubleToSortableLong(to + 0.0);
    return LongPoint.newRangeQuery(
        ImageFields.EXTRA_NUMBER, new long[] {hash, first}, new long[] {hash, last});
  }
}
