"""What can be wrong with a feed as a whole: why a file, an address or the closing of jobs was refused."""

from __future__ import annotations

from shared.contracts.errors import ProblemCode, ProblemKind

__all__ = [
    "FEED_BUSY",
    "FEED_COLUMNS_MISSING",
    "FEED_DOCTYPE_REFUSED",
    "FEED_EMPTY",
    "FEED_ENCODING_UNKNOWN",
    "FEED_FETCH_FAILED",
    "FEED_FORMAT_UNKNOWN",
    "FEED_HTML_INSTEAD",
    "FEED_NOT_WELLFORMED",
    "FEED_REPAIRED",
    "FEED_SOURCE_TAKEN",
    "FEED_TOO_FEW_JOBS",
    "FEED_TOO_LARGE",
    "FEED_TRUNCATED",
    "FEED_URL_REFUSED",
]

FEED_TOO_FEW_JOBS = ProblemCode(
    "feed.too_few_jobs",
    ProblemKind.conflict,
    zh="本次只有 {jobs} 个岗位 (应有约 {expected} 个), 未下架任何岗位, 请核对数据源是否完整。",
    en="This run has {jobs} jobs where about {expected} were expected; nothing was closed. Check the feed.",
)
FEED_EMPTY = ProblemCode(
    "feed.empty",
    ProblemKind.invalid,
    zh="文件里没有找到任何岗位。",
    en="No job was found in the file.",
)
FEED_TRUNCATED = ProblemCode(
    "feed.truncated",
    ProblemKind.invalid,
    zh="文件在第 {line} 行中断, 内容不完整, 本次全部未采用, 也未下架任何岗位。",
    en="The file breaks off at line {line}; nothing of it was used and nothing was closed.",
)
FEED_NOT_WELLFORMED = ProblemCode(
    "feed.not_wellformed",
    ProblemKind.invalid,
    zh="文件格式有误 (第 {line} 行: {detail}), 本次全部未采用。",
    en="The file is not well-formed (line {line}: {detail}); nothing of it was used.",
)
FEED_DOCTYPE_REFUSED = ProblemCode(
    "feed.doctype_refused",
    ProblemKind.invalid,
    zh="XML 文件含有 DTD 或实体声明, 为安全起见不予处理, 请去掉后重新推送。",
    en="The XML declares a DTD or entities, which is refused for safety; remove it and send the feed again.",
)
FEED_HTML_INSTEAD = ProblemCode(
    "feed.html_instead",
    ProblemKind.invalid,
    zh="收到的是一个网页 (标题“{title}”), 不是岗位数据, 可能是对方网站报错。",
    en="What came is a web page (titled '{title}'), not a feed; perhaps the site answered with an error page.",
)
FEED_FORMAT_UNKNOWN = ProblemCode(
    "feed.format_unknown",
    ProblemKind.unsupported_media,
    zh="不认识的文件类型 {media_type}, 请使用 JSON-LD、XML、CSV 或 XLSX。",
    en="The media type {media_type} is not known; send JSON-LD, XML, CSV or XLSX.",
)
FEED_ENCODING_UNKNOWN = ProblemCode(
    "feed.encoding_unknown",
    ProblemKind.invalid,
    zh="文件编码无法识别, 请另存为 UTF-8。",
    en="The encoding of the file is not recognised; save it as UTF-8.",
)
FEED_COLUMNS_MISSING = ProblemCode(
    "feed.columns_missing",
    ProblemKind.invalid,
    zh="表格里没有找到“岗位名称”一列, 现有列: {columns}。",
    en="The table has no column for the job title; its columns are: {columns}.",
)
FEED_TOO_LARGE = ProblemCode(
    "feed.too_large",
    ProblemKind.too_large,
    zh="数据源超过 {limit_mb} MB, 请分成几个数据源。",
    en="The feed is larger than {limit_mb} MB; split it into several sources.",
)
FEED_URL_REFUSED = ProblemCode(
    "feed.url_refused",
    ProblemKind.invalid,
    zh="地址 {host} 不能访问: 只接受公网的 http 或 https 地址。",
    en="The address {host} is refused: only public http or https addresses are fetched.",
)
FEED_FETCH_FAILED = ProblemCode(
    "feed.fetch_failed",
    ProblemKind.unavailable,
    zh="未能从 {host} 取到数据: {detail}。",
    en="The feed could not be fetched from {host}: {detail}.",
)
FEED_BUSY = ProblemCode(
    "feed.busy",
    ProblemKind.conflict,
    zh="该数据源上一次运行还没有结束, 请稍后再推送。",
    en="The previous run of this feed has not ended yet; send again later.",
)
FEED_SOURCE_TAKEN = ProblemCode(
    "feed.source_taken",
    ProblemKind.conflict,
    zh="数据源 {source} 已经登记。",
    en="The feed {source} is already registered.",
)
FEED_REPAIRED = ProblemCode(
    "feed.repaired",
    ProblemKind.invalid,
    zh="文件中有 {count} 处不合规范的字符, 已自动修正: {detail}。",
    en="{count} faulty characters in the file were repaired: {detail}.",
)
