#include "CZlib.h"

#include <string.h>
#include <zlib.h>

static const size_t largest_piece = 1u << 30;

int zip_inflate(const uint8_t *stored, size_t count, uint8_t *result, size_t size) {
  z_stream stream;
  memset(&stream, 0, sizeof stream);
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return 0;
  // One byte more than there should be, so that a stream which gives too much is noticed.
  uint8_t surplus;
  size_t given = 0, taken = 0;
  int outcome = Z_OK;
  stream.next_in = (Bytef *)stored;
  while (outcome == Z_OK) {
    if (stream.avail_in == 0 && given < count) {
      size_t piece = count - given < largest_piece ? count - given : largest_piece;
      stream.next_in = (Bytef *)stored + given;
      stream.avail_in = (uInt)piece;
      given += piece;
    }
    size_t room = size - taken;
    stream.next_out = room > 0 ? result + taken : &surplus;
    stream.avail_out = (uInt)(room > largest_piece ? largest_piece : room > 0 ? room : 1);
    uInt before = stream.avail_out;
    outcome = inflate(&stream, Z_NO_FLUSH);
    if (room == 0 && stream.avail_out == 0) outcome = Z_DATA_ERROR;
    taken += before - stream.avail_out;
  }
  inflateEnd(&stream);
  return outcome == Z_STREAM_END && taken == size;
}

uint32_t zip_checksum(const uint8_t *bytes, size_t count) {
  return (uint32_t)crc32_z(0, bytes, count);
}
