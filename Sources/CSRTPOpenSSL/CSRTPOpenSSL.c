#include "CSRTPOpenSSL.h"

#include <endian.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/modes.h>
#include <openssl/sha.h>
#include <srtp2/crypto_types.h>
#include <srtp2/srtp.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_BYTES = 16, ICM_SALT_BYTES = 14, GCM_SALT_BYTES = 12, GCM_IV_BYTES = 12, AES_BLOCK_BYTES = 16, BLOCKS_AT_ONCE = 32 };

// Of OpenSSL's context what every packet touches; its size is OpenSSL's secret, and what is beyond it is asked for in vain.
enum { CONTEXT_BYTES = 192, GCM_CONTEXT_BYTES = 448 };

static atomic_uint_fast64_t instances;

static _Thread_local struct parley_srtp_parts *noted;

void parley_srtp_note_parts(struct parley_srtp_parts *parts) { noted = parts; }

static void note_cipher(const void *cipher, size_t bytes, const void *context, const void *mode, size_t mode_bytes) {
    atomic_fetch_add(&instances, 1);
    if (!noted || noted->cipher) return;
    noted->cipher = cipher;
    noted->cipher_bytes = bytes;
    noted->context = context;
    noted->context_bytes = CONTEXT_BYTES;
    noted->mode = mode;
    noted->mode_bytes = mode_bytes;
}

// Fetched once: looking an algorithm up costs more than encrypting a packet with it.
static EVP_CIPHER *aes_128_block;

// A context that encrypts blocks as they are.
static EVP_CIPHER_CTX *new_aes(void) {
    EVP_CIPHER_CTX *aes = EVP_CIPHER_CTX_new();
    if (!aes) return NULL;
    static const uint8_t no_key[KEY_BYTES];
    if (EVP_EncryptInit_ex(aes, aes_128_block, NULL, no_key, NULL) && EVP_CIPHER_CTX_set_padding(aes, 0)) return aes;
    EVP_CIPHER_CTX_free(aes);
    return NULL;
}

static int set_key(EVP_CIPHER_CTX *aes, const uint8_t *key) { return EVP_EncryptInit_ex(aes, NULL, NULL, key, NULL); }

// A block of counter mode: eight bytes that stay, then a number that counts.
typedef struct {
    uint64_t head, tail;
} counter_t;

static counter_t counter_from(const uint8_t block[AES_BLOCK_BYTES]) {
    counter_t counter;
    memcpy(&counter.head, block, sizeof counter.head);
    memcpy(&counter.tail, block + sizeof counter.head, sizeof counter.tail);
    counter.tail = be64toh(counter.tail);
    return counter;
}

// Encrypts `length` bytes that are `position` bytes behind the block of `counter`. The counters are written here and encrypted as they are: telling
// OpenSSL's own modes where each packet begins costs more than to encrypt a packet of voice.
static int counter_mode(EVP_CIPHER_CTX *aes, counter_t counter, uint64_t position, uint8_t *buffer, size_t length) {
    uint64_t stream[2 * BLOCKS_AT_ONCE];
    uint8_t *bytes = (uint8_t *)stream;
    for (size_t done = 0; done < length;) {
        size_t skipped = position % AES_BLOCK_BYTES, left = length - done;
        size_t blocks = (skipped + left + AES_BLOCK_BYTES - 1) / AES_BLOCK_BYTES;
        if (blocks > BLOCKS_AT_ONCE) blocks = BLOCKS_AT_ONCE;
        uint64_t first = counter.tail + position / AES_BLOCK_BYTES;
        for (size_t i = 0; i < blocks; i++) {
            stream[2 * i] = counter.head;
            stream[2 * i + 1] = htobe64(first + i);
        }
        int written = 0;
        if (!EVP_EncryptUpdate(aes, bytes, &written, bytes, (int)(blocks * AES_BLOCK_BYTES))) return 0;
        size_t count = blocks * AES_BLOCK_BYTES - skipped;
        if (count > left) count = left;
        for (size_t i = 0; i < count; i++) buffer[done + i] ^= bytes[skipped + i];
        position += count;
        done += count;
    }
    return 1;
}

// MARK: AES in counter mode (RFC 3711 §4.1.1)

typedef struct {
    srtp_cipher_t cipher;
    EVP_CIPHER_CTX *aes;
    uint8_t offset[AES_BLOCK_BYTES];  // salt || 00 00
    counter_t counter;                // of the packet's first block
    uint64_t position;                // bytes of the packet that are done
} icm_t;

static srtp_err_status_t icm_alloc(srtp_cipher_pointer_t *out, int key_len, int tag_len) {
    (void)tag_len;
    if (key_len != KEY_BYTES + ICM_SALT_BYTES) return srtp_err_status_bad_param;
    icm_t *self = calloc(1, sizeof *self);
    if (!self) return srtp_err_status_alloc_fail;
    self->aes = new_aes();
    if (!self->aes) {
        free(self);
        return srtp_err_status_alloc_fail;
    }
    self->cipher.type = &parley_aes_icm_128;
    self->cipher.state = self;
    self->cipher.key_len = key_len;
    self->cipher.algorithm = SRTP_AES_ICM_128;
    *out = &self->cipher;
    note_cipher(self, sizeof *self, self->aes, NULL, 0);
    return srtp_err_status_ok;
}

static srtp_err_status_t icm_dealloc(srtp_cipher_pointer_t cipher) {
    icm_t *self = cipher->state;
    EVP_CIPHER_CTX_free(self->aes);
    OPENSSL_cleanse(self, sizeof *self);
    free(self);
    return srtp_err_status_ok;
}

static srtp_err_status_t icm_init(void *state, const uint8_t *key) {
    icm_t *self = state;
    memset(self->offset, 0, sizeof self->offset);
    memcpy(self->offset, key + KEY_BYTES, ICM_SALT_BYTES);
    return set_key(self->aes, key) ? srtp_err_status_ok : srtp_err_status_init_fail;
}

static srtp_err_status_t icm_set_iv(void *state, uint8_t *iv, srtp_cipher_direction_t direction) {
    (void)direction;  // counter mode is its own inverse
    icm_t *self = state;
    uint8_t block[AES_BLOCK_BYTES];
    for (int i = 0; i < AES_BLOCK_BYTES; i++) block[i] = self->offset[i] ^ iv[i];
    self->counter = counter_from(block);
    self->position = 0;
    return srtp_err_status_ok;
}

static srtp_err_status_t icm_crypt(void *state, uint8_t *buffer, unsigned int *length) {
    icm_t *self = state;
    if (!counter_mode(self->aes, self->counter, self->position, buffer, *length)) return srtp_err_status_cipher_fail;
    self->position += *length;
    return srtp_err_status_ok;
}

// RFC 3711 appendix B.2
static const uint8_t icm_key[30] = {
    0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6, 0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf, 0x4f, 0x3c,
    0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa, 0xfb, 0xfc, 0xfd};
static uint8_t icm_index[16];
static const uint8_t icm_plain[48];
static const uint8_t icm_sealed[48] = {
    0xe0, 0x3e, 0xad, 0x09, 0x35, 0xc9, 0x5e, 0x80, 0xe1, 0x66, 0xb1, 0x6d, 0xd9, 0x2b, 0x4e, 0xb4,
    0xd2, 0x35, 0x13, 0x16, 0x2b, 0x02, 0xd0, 0xf7, 0x2a, 0x43, 0xa2, 0xfe, 0x4a, 0x5f, 0x97, 0xab,
    0x41, 0xe9, 0x5b, 0x3b, 0xb0, 0xa2, 0xe8, 0xdd, 0x47, 0x79, 0x01, 0xe4, 0xfc, 0xa8, 0x94, 0xc0};
static const srtp_cipher_test_case_t icm_vector = {
    .key_length_octets = sizeof icm_key, .key = icm_key, .idx = icm_index,
    .plaintext_length_octets = sizeof icm_plain, .plaintext = icm_plain,
    .ciphertext_length_octets = sizeof icm_sealed, .ciphertext = icm_sealed};

const srtp_cipher_type_t parley_aes_icm_128 = {
    .alloc = icm_alloc, .dealloc = icm_dealloc, .init = icm_init, .encrypt = icm_crypt, .decrypt = icm_crypt,
    .set_iv = icm_set_iv, .description = "AES-128 counter mode (OpenSSL)", .test_data = &icm_vector, .id = SRTP_AES_ICM_128};

// MARK: AES in Galois/counter mode (RFC 7714)

// OpenSSL's GCM below EVP (openssl/modes.h), which takes the cipher from us. Through EVP each packet's IV and tag cost sixteen comparisons of parameters'
// names (counted, OpenSSL 3.0); that is more than what encrypting and hashing in one pass saves in 1,200 bytes.
typedef struct {
    srtp_cipher_t cipher;
    EVP_CIPHER_CTX *aes;
    GCM128_CONTEXT *gcm;
    unsigned int tag_len;
    int failed;  // OpenSSL's GCM does not ask whether a block was encrypted: then what is there is not to be sent
} gcm_t;

static void gcm_block(const uint8_t in[AES_BLOCK_BYTES], uint8_t out[AES_BLOCK_BYTES], const void *cipher) {
    gcm_t *self = (gcm_t *)cipher;
    int written = 0;
    if (!EVP_EncryptUpdate(self->aes, out, &written, in, AES_BLOCK_BYTES)) self->failed = 1;
}

// The counter of GCM is 32 bits, which no packet fills.
static void gcm_stream(const uint8_t *in, uint8_t *out, size_t blocks, const void *cipher, const uint8_t counter[AES_BLOCK_BYTES]) {
    gcm_t *self = (gcm_t *)cipher;
    size_t length = blocks * AES_BLOCK_BYTES;
    if (in != out) memmove(out, in, length);
    if (!counter_mode(self->aes, counter_from(counter), 0, out, length)) self->failed = 1;
}

static srtp_err_status_t gcm_alloc(srtp_cipher_pointer_t *out, int key_len, int tag_len) {
    if (key_len != KEY_BYTES + GCM_SALT_BYTES) return srtp_err_status_bad_param;
    if (tag_len != 8 && tag_len != 16) return srtp_err_status_bad_param;
    gcm_t *self = calloc(1, sizeof *self);
    if (!self) return srtp_err_status_alloc_fail;
    self->aes = new_aes();
    self->gcm = self->aes ? CRYPTO_gcm128_new(self, gcm_block) : NULL;
    if (!self->gcm) {
        EVP_CIPHER_CTX_free(self->aes);
        free(self);
        return srtp_err_status_alloc_fail;
    }
    self->tag_len = (unsigned int)tag_len;
    self->cipher.type = &parley_aes_gcm_128;
    self->cipher.state = self;
    self->cipher.key_len = key_len;
    self->cipher.algorithm = SRTP_AES_GCM_128;
    *out = &self->cipher;
    note_cipher(self, sizeof *self, self->aes, self->gcm, GCM_CONTEXT_BYTES);
    return srtp_err_status_ok;
}

static srtp_err_status_t gcm_dealloc(srtp_cipher_pointer_t cipher) {
    gcm_t *self = cipher->state;
    CRYPTO_gcm128_release(self->gcm);
    EVP_CIPHER_CTX_free(self->aes);
    OPENSSL_cleanse(self, sizeof *self);
    free(self);
    return srtp_err_status_ok;
}

// The salt that follows the key is libsrtp's business: it comes back inside the IV.
static srtp_err_status_t gcm_init(void *state, const uint8_t *key) {
    gcm_t *self = state;
    if (!set_key(self->aes, key)) return srtp_err_status_init_fail;
    self->failed = 0;
    CRYPTO_gcm128_init(self->gcm, self, gcm_block);
    return self->failed ? srtp_err_status_init_fail : srtp_err_status_ok;
}

static srtp_err_status_t gcm_set_iv(void *state, uint8_t *iv, srtp_cipher_direction_t direction) {
    (void)direction;  // what is to be done with the bytes is told by who calls
    gcm_t *self = state;
    self->failed = 0;
    CRYPTO_gcm128_setiv(self->gcm, iv, GCM_IV_BYTES);
    return self->failed ? srtp_err_status_cipher_fail : srtp_err_status_ok;
}

static srtp_err_status_t gcm_set_aad(void *state, const uint8_t *aad, uint32_t length) {
    gcm_t *self = state;
    return CRYPTO_gcm128_aad(self->gcm, aad, length) == 0 ? srtp_err_status_ok : srtp_err_status_algo_fail;
}

static srtp_err_status_t gcm_encrypt(void *state, uint8_t *buffer, unsigned int *length) {
    gcm_t *self = state;
    int status = CRYPTO_gcm128_encrypt_ctr32(self->gcm, buffer, buffer, *length, gcm_stream);
    return status == 0 && !self->failed ? srtp_err_status_ok : srtp_err_status_cipher_fail;
}

static srtp_err_status_t gcm_get_tag(void *state, uint8_t *tag, uint32_t *length) {
    gcm_t *self = state;
    CRYPTO_gcm128_tag(self->gcm, tag, self->tag_len);
    *length = self->tag_len;
    return srtp_err_status_ok;
}

static srtp_err_status_t gcm_decrypt(void *state, uint8_t *buffer, unsigned int *length) {
    gcm_t *self = state;
    if (*length < self->tag_len) return srtp_err_status_bad_param;
    unsigned int sealed = *length - self->tag_len;
    if (CRYPTO_gcm128_decrypt_ctr32(self->gcm, buffer, buffer, sealed, gcm_stream) != 0 || self->failed) return srtp_err_status_cipher_fail;
    // Compares in constant time.
    if (CRYPTO_gcm128_finish(self->gcm, buffer + sealed, self->tag_len) != 0) return srtp_err_status_auth_fail;
    *length = sealed;
    return srtp_err_status_ok;
}

// "The Galois/Counter Mode of Operation", test case 4; the salt is not used.
static const uint8_t gcm_key[28] = {
    0xfe, 0xff, 0xe9, 0x92, 0x86, 0x65, 0x73, 0x1c, 0x6d, 0x6a, 0x8f, 0x94, 0x67, 0x30, 0x83, 0x08};
static uint8_t gcm_iv[12] = {0xca, 0xfe, 0xba, 0xbe, 0xfa, 0xce, 0xdb, 0xad, 0xde, 0xca, 0xf8, 0x88};
static const uint8_t gcm_aad[20] = {
    0xfe, 0xed, 0xfa, 0xce, 0xde, 0xad, 0xbe, 0xef, 0xfe, 0xed, 0xfa, 0xce, 0xde, 0xad, 0xbe, 0xef, 0xab, 0xad, 0xda, 0xd2};
static const uint8_t gcm_plain[60] = {
    0xd9, 0x31, 0x32, 0x25, 0xf8, 0x84, 0x06, 0xe5, 0xa5, 0x59, 0x09, 0xc5, 0xaf, 0xf5, 0x26, 0x9a,
    0x86, 0xa7, 0xa9, 0x53, 0x15, 0x34, 0xf7, 0xda, 0x2e, 0x4c, 0x30, 0x3d, 0x8a, 0x31, 0x8a, 0x72,
    0x1c, 0x3c, 0x0c, 0x95, 0x95, 0x68, 0x09, 0x53, 0x2f, 0xcf, 0x0e, 0x24, 0x49, 0xa6, 0xb5, 0x25,
    0xb1, 0x6a, 0xed, 0xf5, 0xaa, 0x0d, 0xe6, 0x57, 0xba, 0x63, 0x7b, 0x39};
static const uint8_t gcm_sealed[76] = {
    0x42, 0x83, 0x1e, 0xc2, 0x21, 0x77, 0x74, 0x24, 0x4b, 0x72, 0x21, 0xb7, 0x84, 0xd0, 0xd4, 0x9c,
    0xe3, 0xaa, 0x21, 0x2f, 0x2c, 0x02, 0xa4, 0xe0, 0x35, 0xc1, 0x7e, 0x23, 0x29, 0xac, 0xa1, 0x2e,
    0x21, 0xd5, 0x14, 0xb2, 0x54, 0x66, 0x93, 0x1c, 0x7d, 0x8f, 0x6a, 0x5a, 0xac, 0x84, 0xaa, 0x05,
    0x1b, 0xa3, 0x0b, 0x39, 0x6a, 0x0a, 0xac, 0x97, 0x3d, 0x58, 0xe0, 0x91,
    0x5b, 0xc9, 0x4f, 0xbc, 0x32, 0x21, 0xa5, 0xdb, 0x94, 0xfa, 0xe9, 0x5a, 0xe7, 0x12, 0x1a, 0x47};
static const srtp_cipher_test_case_t gcm_vector = {
    .key_length_octets = sizeof gcm_key, .key = gcm_key, .idx = gcm_iv,
    .plaintext_length_octets = sizeof gcm_plain, .plaintext = gcm_plain,
    .ciphertext_length_octets = sizeof gcm_sealed, .ciphertext = gcm_sealed,
    .aad_length_octets = sizeof gcm_aad, .aad = gcm_aad, .tag_length_octets = 16};

const srtp_cipher_type_t parley_aes_gcm_128 = {
    .alloc = gcm_alloc, .dealloc = gcm_dealloc, .init = gcm_init, .set_aad = gcm_set_aad, .encrypt = gcm_encrypt,
    .decrypt = gcm_decrypt, .set_iv = gcm_set_iv, .get_tag = gcm_get_tag,
    .description = "AES-128 GCM (OpenSSL)", .test_data = &gcm_vector, .id = SRTP_AES_GCM_128};

// MARK: HMAC-SHA1 (RFC 2104)

// The low-level SHA1_* calls are deprecated but do what EVP_MAC does not: copy a saved inner and outer state. That is a third of the cost.
typedef struct {
    srtp_auth_t auth;
    SHA_CTX inner, outer, current;
} hmac_t;

enum { SHA1_BLOCK_BYTES = 64 };

static srtp_err_status_t hmac_alloc(srtp_auth_pointer_t *out, int key_len, int out_len) {
    if (key_len < 0 || key_len > SHA1_BLOCK_BYTES || out_len < 0 || out_len > SHA_DIGEST_LENGTH) return srtp_err_status_bad_param;
    hmac_t *self = calloc(1, sizeof *self);
    if (!self) return srtp_err_status_alloc_fail;
    self->auth.type = &parley_hmac_sha1;
    self->auth.state = self;
    self->auth.out_len = out_len;
    self->auth.key_len = key_len;
    *out = &self->auth;
    atomic_fetch_add(&instances, 1);
    if (noted && !noted->authenticator) {
        noted->authenticator = self;
        noted->authenticator_bytes = sizeof *self;
    }
    return srtp_err_status_ok;
}

static srtp_err_status_t hmac_dealloc(srtp_auth_pointer_t auth) {
    hmac_t *self = auth->state;
    OPENSSL_cleanse(self, sizeof *self);
    free(self);
    return srtp_err_status_ok;
}

static void hmac_pad(SHA_CTX *sha, const uint8_t *key, int key_len, uint8_t fill) {
    uint8_t block[SHA1_BLOCK_BYTES];
    memset(block, fill, sizeof block);
    for (int i = 0; i < key_len; i++) block[i] ^= key[i];
    SHA1_Init(sha);
    SHA1_Update(sha, block, sizeof block);
    OPENSSL_cleanse(block, sizeof block);
}

static srtp_err_status_t hmac_init(void *state, const uint8_t *key, int key_len) {
    hmac_t *self = state;
    if (key_len < 0 || key_len > SHA1_BLOCK_BYTES) return srtp_err_status_bad_param;
    hmac_pad(&self->inner, key, key_len, 0x36);
    hmac_pad(&self->outer, key, key_len, 0x5c);
    self->current = self->inner;
    return srtp_err_status_ok;
}

static srtp_err_status_t hmac_start(void *state) {
    hmac_t *self = state;
    self->current = self->inner;
    return srtp_err_status_ok;
}

static srtp_err_status_t hmac_update(void *state, const uint8_t *bytes, int length) {
    hmac_t *self = state;
    SHA1_Update(&self->current, bytes, (size_t)length);
    return srtp_err_status_ok;
}

static srtp_err_status_t hmac_compute(void *state, const uint8_t *bytes, int length, int tag_len, uint8_t *tag) {
    hmac_t *self = state;
    if (tag_len < 0 || tag_len > SHA_DIGEST_LENGTH) return srtp_err_status_bad_param;
    uint8_t digest[SHA_DIGEST_LENGTH];
    SHA1_Update(&self->current, bytes, (size_t)length);
    SHA1_Final(digest, &self->current);
    self->current = self->outer;
    SHA1_Update(&self->current, digest, sizeof digest);
    SHA1_Final(digest, &self->current);
    memcpy(tag, digest, (size_t)tag_len);
    return srtp_err_status_ok;
}

// RFC 2202 §3, test case 1
static const uint8_t hmac_key[20] = {
    0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b};
static const uint8_t hmac_data[8] = {'H', 'i', ' ', 'T', 'h', 'e', 'r', 'e'};
static const uint8_t hmac_tag[20] = {
    0xb6, 0x17, 0x31, 0x86, 0x55, 0x05, 0x72, 0x64, 0xe2, 0x8b, 0xc0, 0xb6, 0xfb, 0x37, 0x8c, 0x8e, 0xf1, 0x46, 0xbe, 0x00};
static const srtp_auth_test_case_t hmac_vector = {
    .key_length_octets = sizeof hmac_key, .key = hmac_key, .data_length_octets = sizeof hmac_data, .data = hmac_data,
    .tag_length_octets = sizeof hmac_tag, .tag = hmac_tag};

const srtp_auth_type_t parley_hmac_sha1 = {
    .alloc = hmac_alloc, .dealloc = hmac_dealloc, .init = hmac_init, .compute = hmac_compute, .update = hmac_update,
    .start = hmac_start, .description = "HMAC-SHA1 (OpenSSL)", .test_data = &hmac_vector, .id = SRTP_HMAC_SHA1};

// MARK: Installation

int parley_srtp_openssl_install(void) {
    if (!aes_128_block) aes_128_block = EVP_CIPHER_fetch(NULL, "AES-128-ECB", NULL);
    int failed = 0;
    if (!aes_128_block || srtp_replace_cipher_type(&parley_aes_icm_128, SRTP_AES_ICM_128) != srtp_err_status_ok)
        failed |= PARLEY_SRTP_OPENSSL_ICM;
    if (!aes_128_block || srtp_replace_cipher_type(&parley_aes_gcm_128, SRTP_AES_GCM_128) != srtp_err_status_ok)
        failed |= PARLEY_SRTP_OPENSSL_GCM;
    if (srtp_replace_auth_type(&parley_hmac_sha1, SRTP_HMAC_SHA1) != srtp_err_status_ok) failed |= PARLEY_SRTP_OPENSSL_HMAC;
    return failed;
}

uint64_t parley_srtp_openssl_instances(void) { return atomic_load(&instances); }
