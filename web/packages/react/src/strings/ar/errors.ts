import { numberText } from '../regional'
import type { Strings } from '../types'

const number = (value: number) => numberText(value, 'ar')
const reload = 'أعد تحميل الصفحة للحصول على النسخة الحالية.'

export const errors: Strings['errors'] = {
  'protocol/malformed-message': {
    sentence: 'أرسل التطبيق شيئًا لم يستطع الخادم قراءته.',
    nextStep: reload,
  },
  'protocol/unknown-message': {
    sentence: 'طلب التطبيق شيئًا لا يعرفه هذا الخادم.',
    nextStep: 'أعد تحميل الصفحة، أو اطلب تحديث الخادم.',
  },
  'protocol/invalid-field': {
    sentence: 'أرسل التطبيق قيمة لا يقبلها الخادم.',
    nextStep: reload,
  },
  'protocol/message-too-large': {
    sentence: 'أرسل التطبيق أكثر مما يقبله الخادم دفعة واحدة.',
    nextStep: reload,
  },
  'protocol/binary-message': {
    sentence: 'أرسل التطبيق بيانات بصيغة لا يفهمها الخادم.',
    nextStep: reload,
  },
  'protocol/hello-expected': {
    sentence: 'لم يعرّف التطبيق بنفسه للخادم.',
    nextStep: reload,
  },
  'protocol/unsupported-version': {
    sentence: 'إصدار التطبيق لا يوافق إصدار الخادم.',
    nextStep: reload,
  },
  'protocol/rate-limited': {
    sentence: 'كان ذلك كثيرًا دفعة واحدة.',
    nextStep: 'انتظر لحظة ثم أعد المحاولة.',
  },
  'account/not-signed-in': {
    sentence: 'سُجّل خروجك.',
    nextStep: 'سجّل الدخول من جديد.',
  },
  'account/wrong-credentials': {
    sentence: 'الاسم أو كلمة المرور غير صحيح.',
    nextStep: 'تحقق منهما ثم أعد المحاولة.',
  },
  'account/sign-up-closed': {
    sentence: 'لا يقبل هذا الخادم حسابات جديدة.',
    nextStep: 'اطلب حسابًا ممن يديره.',
  },
  'account/invitation-needed': {
    sentence: 'لا يقبل هذا الخادم حسابات جديدة إلا بدعوة.',
    nextStep: 'أدخل رمز الدعوة الذي حصلت عليه.',
  },
  'account/name-taken': {
    sentence: 'هذا الاسم مستخدم.',
    nextStep: 'اختر اسمًا آخر.',
  },
  'account/invalid-name': {
    sentence: 'لا يمكن استخدام هذا الاسم.',
    nextStep: `استخدم حروفًا لاتينية أو أرقامًا أو نقاطًا أو شرطات، بما لا يزيد على ${number(64)}.`,
  },
  'account/weak-password': {
    sentence: 'كلمة المرور أقصر أو أطول من اللازم.',
    nextStep: `استخدم ما بين ${number(8)} و${number(256)} رمزًا.`,
  },
  'account/too-many-attempts': {
    sentence: 'كثرت المحاولات.',
    nextStep: 'انتظر دقيقة ثم أعد المحاولة.',
  },
  'account/list-full': {
    sentence: 'هذه القائمة ممتلئة.',
    nextStep: 'أزِل شيئًا منها أولًا.',
  },
  'account/foreign-origin': {
    sentence: 'لا يُسمح لهذه الصفحة باستخدام ذلك الخادم.',
    nextStep: 'افتح صفحة الخادم نفسه.',
  },
  'call/unknown-call': {
    sentence: 'انتهت تلك المكالمة.',
    nextStep: 'اتصل من جديد إن أردت متابعة الحديث.',
  },
  'call/unknown-user': {
    sentence: 'لا أحد بهذا الاسم.',
    nextStep: 'تحقق من الاسم.',
  },
  'call/calling-oneself': {
    sentence: 'لا يمكنك الاتصال بنفسك.',
    nextStep: 'اختر شخصًا آخر.',
  },
  'call/call-id-taken': {
    sentence: 'تعذر بدء تلك المكالمة.',
    nextStep: 'اتصل من جديد.',
  },
  'call/too-many-calls': {
    sentence: 'لديك مكالمات كثيرة في آن واحد.',
    nextStep: 'أنهِ إحداها أولًا.',
  },
  'call/not-over': {
    sentence: 'لم تنتهِ تلك المكالمة بعد.',
    nextStep: 'أعد المحاولة بعد انتهائها.',
  },
  'call/not-connected': {
    sentence: 'لم يتم توصيل تلك المكالمة.',
    nextStep: 'قيّم مكالمة جرى فيها حديث.',
  },
  'call/called-too-often': {
    sentence: 'لم يُجَب عن مكالماتك الأخيرة لهذا الشخص.',
    nextStep: 'انتظر قليلًا قبل أن تتصل مرة أخرى.',
  },
  'call/overloaded': {
    sentence: 'لا يتسع الخادم لمكالمة أخرى الآن.',
    nextStep: 'أعد المحاولة بعد لحظات.',
  },
  'device/microphone-denied': {
    sentence: 'لا يسمح المتصفح لهذه الصفحة باستخدام الميكروفون.',
    nextStep: 'اسمح بالميكروفون من شريط العنوان ثم أعد المحاولة.',
  },
  'device/microphone-dismissed': {
    sentence: 'أُغلق سؤال المتصفح عن الميكروفون من دون جواب.',
    nextStep: 'أعد المحاولة واختر السماح.',
  },
  'device/microphone-blocked': {
    sentence: 'لا يُسمح لهذه الصفحة باستخدام ميكروفون.',
    nextStep: 'افتحها في نافذة مستقلة، أو اسأل من يديرها.',
  },
  'device/microphone-system-denied': {
    sentence: 'لا يسمح هذا الحاسوب للمتصفح باستخدام الميكروفون.',
    nextStep: 'اسمح بذلك في إعدادات الخصوصية في النظام ثم أعد المحاولة.',
  },
  'device/microphone-missing': {
    sentence: 'لم يُعثر على ميكروفون.',
    nextStep: 'صِل ميكروفونًا ثم أعد المحاولة.',
  },
  'device/microphone-busy': {
    sentence: 'يستخدم برنامج آخر الميكروفون.',
    nextStep: 'أغلق ذلك البرنامج ثم أعد المحاولة.',
  },
  'device/microphone-unsuitable': {
    sentence: 'لا يفي الميكروفون بما تحتاج إليه المكالمات.',
    nextStep: 'اختر ميكروفونًا آخر في إعدادات الأجهزة.',
  },
  'device/microphone-failed': {
    sentence: 'تعذر تشغيل الميكروفون.',
    nextStep: 'افصله ثم صِله من جديد وأعد المحاولة.',
  },
  'device/microphone-lost': {
    sentence: 'فُصل الميكروفون أو سُحب.',
    nextStep: 'صِله من جديد، أو اختر غيره.',
  },
  'device/microphone-silenced': {
    sentence: 'الميكروفون متوقف من خارج هذه الصفحة.',
    nextStep: 'ابحث عن مفتاح عليه أو على لوحة المفاتيح، وفي إعدادات النظام.',
  },
  'device/camera-denied': {
    sentence: 'لا يسمح المتصفح لهذه الصفحة باستخدام الكاميرا.',
    nextStep: 'اسمح بالكاميرا من شريط العنوان ثم شغّلها من جديد.',
  },
  'device/camera-dismissed': {
    sentence: 'أُغلق سؤال المتصفح عن الكاميرا من دون جواب.',
    nextStep: 'شغّل الكاميرا من جديد واختر السماح.',
  },
  'device/camera-blocked': {
    sentence: 'لا يُسمح لهذه الصفحة باستخدام كاميرا.',
    nextStep: 'افتحها في نافذة مستقلة، أو اسأل من يديرها.',
  },
  'device/camera-system-denied': {
    sentence: 'لا يسمح هذا الحاسوب للمتصفح باستخدام الكاميرا.',
    nextStep: 'اسمح بذلك في إعدادات الخصوصية في النظام ثم شغّلها من جديد.',
  },
  'device/camera-missing': {
    sentence: 'لم يُعثر على كاميرا.',
    nextStep: 'تستمر المكالمة بالصوت. صِل كاميرا ثم شغّلها.',
  },
  'device/camera-busy': {
    sentence: 'يستخدم برنامج آخر الكاميرا.',
    nextStep: 'أغلق ذلك البرنامج ثم شغّل الكاميرا من جديد.',
  },
  'device/camera-unsuitable': {
    sentence: 'لا تفي الكاميرا بما تحتاج إليه المكالمات.',
    nextStep: 'اختر كاميرا أخرى في إعدادات الأجهزة.',
  },
  'device/camera-failed': {
    sentence: 'تعذر تشغيل الكاميرا.',
    nextStep: 'تستمر المكالمة بالصوت. شغّل الكاميرا لإعادة المحاولة.',
  },
  'device/camera-lost': {
    sentence: 'فُصلت الكاميرا أو سُحبت.',
    nextStep: 'صِلها من جديد، أو اختر غيرها.',
  },
  'device/camera-silenced': {
    sentence: 'الكاميرا متوقفة من خارج هذه الصفحة.',
    nextStep: 'ابحث عن غطاء أو مفتاح عليها، وفي إعدادات النظام.',
  },
  'device/screen-denied': {
    sentence: 'لا يسمح هذا الحاسوب للمتصفح بمشاركة الشاشة.',
    nextStep: 'اسمح بذلك في إعدادات الخصوصية في النظام ثم شاركها من جديد.',
  },
  'device/screen-unsupported': {
    sentence: 'لا يستطيع هذا المتصفح مشاركة الشاشة.',
    nextStep: 'استخدم لذلك متصفحًا على حاسوب.',
  },
  'device/screen-failed': {
    sentence: 'تعذرت مشاركة الشاشة.',
    nextStep: 'أعد المحاولة، أو اختر نافذة أخرى.',
  },
  'device/insecure-page': {
    sentence: 'لا تسمح المتصفحات بالمكالمات إلا في الصفحات الآمنة.',
    nextStep: 'افتح هذه الصفحة عبر https، أو على الحاسوب الذي يعمل عليه الخادم.',
  },
  'device/calls-unsupported': {
    sentence: 'لا يسمح هذا المتصفح للصفحات بإجراء المكالمات.',
    nextStep:
      'اسمح بتقنية WebRTC في إعدادات المتصفح وفي إضافات الخصوصية ثم أعد تحميل الصفحة، أو استخدم متصفحًا آخر.',
  },
  'connection/no-media-path': {
    sentence: 'لم يستطع الجهازان الوصول أحدهما إلى الآخر.',
    nextStep: 'تحققا من الشبكتين ثم أعد الاتصال.',
  },
  'connection/negotiation-failed': {
    sentence: 'لم يتفق الجهازان على طريقة للحديث.',
    nextStep: 'اتصل من جديد؛ وإن تكرر ذلك فأعيدا تحميل الصفحة على الجهازين.',
  },
  'connection/media-lost': {
    sentence: 'انقطع الاتصال.',
    nextStep: 'تحقق من الشبكة ثم اتصل من جديد.',
  },
  'server/unreachable': {
    sentence: 'يتعذر الوصول إلى الخادم.',
    nextStep: 'تحقق من الشبكة؛ المحاولة مستمرة.',
  },
  'server/unknown-host': {
    sentence: 'لا يجيب هذا الخادم على ذلك العنوان.',
    nextStep: 'استخدم العنوان الذي أُعطيته، أو اطلب إضافة هذا العنوان إلى public-host.',
  },
  'server/session-replaced': {
    sentence: 'فُتحت هذه الصفحة مرة ثانية.',
    nextStep: 'تابع في النافذة الأخرى، أو عُد إلى استخدام هذه.',
  },
  'server/too-many-devices': {
    sentence: 'تستخدم هذا الحساب على عدد كبير جدًا من الأجهزة أو الصفحات في وقت واحد.',
    nextStep: 'أغلقه على أحدها؛ المحاولة مستمرة.',
  },
  'server/restarting': {
    sentence: 'يُعاد تشغيل الخادم.',
    nextStep: 'سيعود بعد لحظات؛ المكالمات مستمرة.',
  },
  'server/internal': {
    sentence: 'حدث خطأ من جهتنا.',
    nextStep: 'أعد المحاولة؛ وإن بقي الخطأ فأخبر من يدير هذا الخادم.',
  },
}
