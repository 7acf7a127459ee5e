"""The registry's refusals."""

from __future__ import annotations

from shared.contracts.errors import ProblemCode, ProblemKind

WORKER_DUPLICATE = ProblemCode(
    "worker.duplicate",
    ProblemKind.conflict,
    zh="此人已经登记过, 不能重复登记; 如需更正请修改原记录。",
    en="This person is registered already; change the existing record instead of making another.",
)
ID_NUMBER_INVALID = ProblemCode(
    "worker.id_number_invalid",
    ProblemKind.invalid,
    zh="身份证号码有误: {reason_zh}。",
    en="The identity number is not valid: {reason_en}.",
)
UNDER_AGE = ProblemCode(
    "worker.under_age",
    ProblemKind.invalid,
    zh="未满16周岁, 不能登记为劳动力(劳动法第十五条)。",
    en="Under 16 years old; cannot be registered as a worker (Labour Law, article 15).",
)
PHONE_INVALID = ProblemCode(
    "worker.phone_invalid",
    ProblemKind.invalid,
    zh="联系电话有误: 手机应为11位, 固定电话应带区号。",
    en="The phone number is not valid: a mobile has 11 digits, a landline its area code.",
)
DIVISION_UNKNOWN = ProblemCode(
    "worker.division_unknown",
    ProblemKind.invalid,
    zh="没有“{given}”这个乡镇或村(社区){suggestion_zh}。",
    en="There is no township or village called '{given}'{suggestion_en}.",
)
OCCUPATION_UNKNOWN = ProblemCode(
    "worker.occupation_unknown",
    ProblemKind.invalid,
    zh="没有“{given}”这个工种{suggestion_zh}。",
    en="There is no occupation called '{given}'{suggestion_en}.",
)
PERIOD_INVALID = ProblemCode(
    "worker.period_invalid",
    ProblemKind.invalid,
    zh="日期先后不对: 结束早于开始, 或开始在将来。",
    en="The dates are out of order: the end is before the start, or the start lies in the future.",
)
SPELL_OVERLAPS = ProblemCode(
    "worker.spell_overlaps",
    ProblemKind.conflict,
    zh="与已有的一段就业时间重叠, 请先结束原来的一段。",
    en="It overlaps another employment spell; end that one first.",
)
WORKER_ERASED = ProblemCode(
    "worker.erased",
    ProblemKind.conflict,
    zh="此人的个人信息已依法删除, 不能再修改或查看。",
    en="This person's details were erased as the law requires; they can be neither changed nor read.",
)
WORKER_ON_LEGAL_HOLD = ProblemCode(
    "worker.on_legal_hold",
    ProblemKind.conflict,
    zh="此人有未办结的维权案件, 依法暂不能删除个人信息。",
    en="A rights case of this person is still open; the law keeps the details until it is closed.",
)
WORKER_MERGE_REFUSED = ProblemCode(
    "worker.merge_refused",
    ProblemKind.conflict,
    zh="不能合并: 两条记录相同, 或其中一条已合并过。",
    en="They cannot be merged: it is one record, or one of them was merged before.",
)
CONSENT_NOT_GIVEN = ProblemCode(
    "consent.not_given",
    ProblemKind.conflict,
    zh="没有这项同意, 或已经撤回。",
    en="This consent was not given, or is withdrawn already.",
)
ROSTER_DATE_IN_FUTURE = ProblemCode(
    "roster.date_in_future",
    ProblemKind.invalid,
    zh="清单日期不能晚于今天。",
    en="A roster cannot be drawn up for a day that has not come.",
)
IMPORT_NOT_FOUND = ProblemCode(
    "import.not_found",
    ProblemKind.not_found,
    zh="没有这次导入, 或不是您提交的。",
    en="There is no such import, or it is not yours.",
)
IMPORT_NOT_FINISHED = ProblemCode(
    "import.not_finished",
    ProblemKind.conflict,
    zh="导入还没有完成, 请稍后再下载。",
    en="The import has not finished; download it in a moment.",
)
IMPORT_NOT_A_PREVIEW = ProblemCode(
    "import.not_a_preview",
    ProblemKind.conflict,
    zh="这不是预览, 已经正式导入过。",
    en="This was not a preview; its rows were taken in already.",
)
IMPORT_EMPTY = ProblemCode(
    "import.empty",
    ProblemKind.invalid,
    zh="文件里没有数据。",
    en="There is nothing in the file.",
)
IMPORT_FORMAT_UNKNOWN = ProblemCode(
    "import.format_unknown",
    ProblemKind.unsupported_media,
    zh="不是可识别的表格文件, 请上传 xlsx 或 csv。",
    en="This is not a spreadsheet we can read; send xlsx or csv.",
)
IMPORT_FILE_BROKEN = ProblemCode(
    "import.file_broken",
    ProblemKind.invalid,
    zh="表格文件已损坏或加了密码, 请用Excel另存后再上传。",
    en="The spreadsheet is damaged or locked by a password; save it again in Excel and send it once more.",
)
IMPORT_ARCHIVE_SUSPICIOUS = ProblemCode(
    "import.archive_suspicious",
    ProblemKind.too_large,
    zh="表格文件解压后过大, 已拒绝。",
    en="The spreadsheet unpacks to far more than it should; it was refused.",
)
IMPORT_HEADER_NOT_FOUND = ProblemCode(
    "import.header_not_found",
    ProblemKind.invalid,
    zh="没有找到表头, 表头应当至少有“姓名”和“身份证号码”两列。",
    en="No header row was found; it needs at least a name and an identity number column.",
)
IMPORT_COLUMN_MISSING = ProblemCode(
    "import.column_missing",
    ProblemKind.invalid,
    zh="表头缺少“{column_zh}”一列。",
    en="The header has no {column_en} column.",
)
ID_NUMBER_IS_FLOAT = ProblemCode(
    "import.id_number_is_float",
    ProblemKind.invalid,
    zh="身份证号码被表格软件存成了数字, 末尾几位已丢失; 请把该列设为文本格式后重新填写。",
    en="The identity number was stored as a number and lost its last digits; make the column text and enter it again.",
)
PHONE_IS_FLOAT = ProblemCode(
    "import.phone_is_float",
    ProblemKind.invalid,
    zh="联系电话被表格软件存成了数字, 位数不对; 请把该列设为文本格式后重新填写。",
    en="The phone was stored as a number and its digits are not right; make the column text and enter it again.",
)
NAME_MISSING = ProblemCode(
    "import.name_missing",
    ProblemKind.invalid,
    zh="姓名没有填写, 或不像姓名。",
    en="The name is missing, or does not look like one.",
)
ID_NUMBER_MISSING = ProblemCode(
    "import.id_number_missing",
    ProblemKind.invalid,
    zh="身份证号码没有填写。",
    en="The identity number is missing.",
)
DIVISION_MISSING = ProblemCode(
    "import.division_missing",
    ProblemKind.invalid,
    zh="没有填写乡镇和村(社区)。",
    en="Neither township nor village is given.",
)
DATE_INVALID = ProblemCode(
    "import.date_invalid",
    ProblemKind.invalid,
    zh="“{given}”不是有效的日期。",
    en="'{given}' is not a date that exists.",
)
NUMBER_INVALID = ProblemCode(
    "import.number_invalid",
    ProblemKind.invalid,
    zh="“{given}”不是有效的数字。",
    en="'{given}' is not a number.",
)
DUPLICATE_IN_FILE = ProblemCode(
    "import.duplicate_in_file",
    ProblemKind.invalid,
    zh="与第{first_row}行是同一个人(身份证号码相同)。",
    en="The same person (identity number) is in row {first_row} already.",
)
LIKELY_TWICE_IN_FILE = ProblemCode(
    "import.likely_twice_in_file",
    ProblemKind.invalid,
    zh="与第{first_row}行同名、同一天出生、同一乡镇, 身份证号码不同: 可能是同一个人, 请核对。",
    en="Row {first_row} has the same name, day of birth and township with another number: perhaps the same person.",
)
LIKELY_REGISTERED = ProblemCode(
    "import.likely_registered",
    ProblemKind.invalid,
    zh="已登记的劳动力中有人同名、同一天出生、同一乡镇, 身份证号码不同: 可能是同一个人, 请在“疑似重复”中核对。",
    en="Somebody registered has the same name, day of birth and township with another number: perhaps the same person. "
    "Look among the likely duplicates.",
)
VALUE_UNKNOWN = ProblemCode(
    "import.value_unknown",
    ProblemKind.invalid,
    zh="“{given}”不在可选范围内, 这一项没有保存。",
    en="'{given}' is not one of the known values; this item was left out.",
)
SEX_DIFFERS = ProblemCode(
    "import.sex_differs",
    ProblemKind.invalid,
    zh="性别与身份证号码不一致, 已按身份证号码登记。",
    en="The sex differs from the identity number, which was followed.",
)
BIRTH_DIFFERS = ProblemCode(
    "import.birth_differs",
    ProblemKind.invalid,
    zh="出生日期与身份证号码不一致, 已按身份证号码登记。",
    en="The birth date differs from the identity number, which was followed.",
)
ID_AREA_UNKNOWN = ProblemCode(
    "import.id_area_unknown",
    ProblemKind.invalid,
    zh="身份证号码前六位不是现行行政区划代码, 请核对(区划调整前的号码仍然有效)。",
    en="The first six digits are not a division code in use; check it (numbers from before a change stay valid).",
)
HELP_PLAN_EXISTS = ProblemCode(
    "help_plan.exists",
    ProblemKind.conflict,
    zh="此人已有在执行的帮扶计划, 请先办结。",
    en="This person has a help plan under way; close that one first.",
)
REFERRAL_SELF = ProblemCode(
    "referral.self",
    ProblemKind.invalid,
    zh="不能自己介绍自己, 也不能互相介绍。",
    en="A worker can refer neither themself nor the person who referred them.",
)
REFERRAL_EXISTS = ProblemCode(
    "referral.exists",
    ProblemKind.conflict,
    zh="此人已有介绍人。",
    en="Somebody has referred this worker already.",
)
WORKER_NOT_KNOWN_THEN = ProblemCode(
    "worker.not_known_then",
    ProblemKind.invalid,
    zh="{since}才登记此人, 在那之前没有记录; 日期也不能晚于今天。",
    en="This person was registered on {since}; nothing was known before, and the day cannot lie in the future.",
)
CHANGE_NEEDS_APPROVAL = ProblemCode(
    "worker.change_needs_approval",
    ProblemKind.forbidden,
    zh="{labels}属于敏感信息, 网格长不能直接修改, 请提交变更申请, 由乡镇或县公司审批。",
    en="A grid leader may not change {fields} alone; ask by a change request, which the township or HQ decides.",
)
CHANGE_REQUEST_DECIDED = ProblemCode(
    "change_request.decided",
    ProblemKind.conflict,
    zh="这份变更申请已经办结, 不能再处理。",
    en="This change request was decided or withdrawn already.",
)
CHANGE_REQUEST_OWN = ProblemCode(
    "change_request.own",
    ProblemKind.forbidden,
    zh="不能审批自己提交的申请, 请由另一位工作人员审批。",
    en="Nobody decides their own request; another officer has to.",
)
CHANGE_REQUEST_OUTDATED = ProblemCode(
    "change_request.outdated",
    ProblemKind.conflict,
    zh="提交申请以后, {labels}已经被改过; 请退回, 核对后重新申请。",
    en="Since it was asked for, {fields} changed; refuse the request and let it be asked for anew.",
)
CHANGE_REQUEST_EMPTY = ProblemCode(
    "change_request.empty",
    ProblemKind.invalid,
    zh="申请的内容与现在的登记相同, 没有需要变更的。",
    en="What is asked for is what is recorded already.",
)
PACK_NOT_GENUINE = ProblemCode(
    "pack.not_genuine",
    ProblemKind.invalid,
    zh="这不是本平台发出的离线包, 或签名页被改动过; 请使用原文件填写。",
    en="This is not a pack that the platform gave out, or its signature sheet was changed; fill in the original file.",
)
PACK_NOT_ISSUED = ProblemCode(
    "pack.not_issued",
    ProblemKind.conflict,
    zh="离线包还没有生成好, 请稍后下载。",
    en="The pack is not ready yet; try again in a moment.",
)
PACK_ROW_MOVED = ProblemCode(
    "pack.row_moved",
    ProblemKind.invalid,
    zh="这一行的编号和姓名对不上, 可能排序时错行; 没有采用, 请核对后单独更正。",
    en="The number and the name in this row do not belong together; perhaps only some columns were sorted.",
)
PACK_ROW_TWICE = ProblemCode(
    "pack.row_twice",
    ProblemKind.invalid,
    zh="这个编号在表里出现了两次, 只采用了第一行。",
    en="This number stands in the file twice; only the first row was taken.",
)
PACK_CONFLICT = ProblemCode(
    "pack.conflict",
    ProblemKind.conflict,
    zh="带出之后, 平台上的“{label}”也改过, 请选择采用哪一个。",
    en="'{label}' was changed on the platform too since the pack left; choose which one holds.",
)
PACK_FACT_PROVED = ProblemCode(
    "pack.fact_proved",
    ProblemKind.conflict,
    zh="“{label}”已有就业回执或证书证明, 名册不能改动; 没有采用。",
    en="'{label}' is proved by a receipt or a certificate; a roster does not change it.",
)
PACK_ASKED = ProblemCode(
    "pack.asked",
    ProblemKind.conflict,
    zh="“{label}”属于须审批的信息, 已提交变更申请, 批准后生效。",
    en="'{label}' is decided by somebody else; a change request was made of it.",
)
PACK_CLEARED = ProblemCode(
    "pack.cleared",
    ProblemKind.invalid,
    zh="“{label}”被清空; 空白不当作更正, 原来的内容保留。",
    en="'{label}' was emptied; an empty cell does not count as a correction and the record stays.",
)
PACK_ROW_MISSING = ProblemCode(
    "pack.row_missing",
    ProblemKind.not_found,
    zh="带出的这一行没有回来; 记录没有变化。",
    en="This row was taken along and did not come back; the record is unchanged.",
)
PACK_CONFLICT_SETTLED = ProblemCode(
    "pack.conflict_settled",
    ProblemKind.conflict,
    zh="这一条不是待处理的冲突。",
    en="This is not an open conflict.",
)
WORKER_LIKELY_DUPLICATE = ProblemCode(
    "worker.likely_duplicate",
    ProblemKind.conflict,
    zh="可能已经登记过: 有{count}人姓名、出生日期、住址或电话相同。请先核对; 确认不是同一人后, 再选“仍然登记”。",
    en="Probably registered already: {count} people share name, birth date, place or phone. Look at them first; "
    "register with `refuse_likely: false` once you know that it is somebody else.",
)
MERGER_SETTLED = ProblemCode(
    "worker.merger_settled",
    ProblemKind.conflict,
    zh="这次合并已经生效或已撤销, 不能再处理。",
    en="This merger is final or was undone already.",
)
