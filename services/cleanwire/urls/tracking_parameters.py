"""Which query parameters are known to track? `*` stands for anything, case does not matter.

A parameter stands in `EVERYWHERE` only if it belongs to one advertising, mailing or analytics product and no site is
known to select articles by it. Left out on purpose: `ref`, `s`, `p`, `id`, `source`, `from`, `page`. Where a site is
known to track with such a name, it stands under that site.
"""

EVERYWHERE = """
    utm_* utmsource utmmedium utmcampaign mtm_* otm_* itm_* hmb_* hsa_* pk_campaign pk_kwd pk_keyword pk_source
    pk_medium pk_content pk_cid piwik_* matomo_* stm_* sms_click sms_source sms_uph vsm_* usqp trk_contact
    trk_msg trk_module trk_sid gclid gclsrc gbraid wbraid dclid gad gad_source gad_campaignid gs_l _ga _gl _gac
    ga_source ga_medium ga_campaign ga_content ga_term fbclid fb_action_ids fb_action_types fb_source fb_ref
    fb_comment_id action_object_map action_ref_map action_type_map igsh igshid msclkid yclid ysclid _openstat
    ymclid twclid ttclid li_fat_id rdt_cid __twitter_impression sccid ScCid epik mc_cid mc_eid mc_tc mkt_tok
    ml_subscriber ml_subscriber_hash _hsenc _hsmi __hssc __hstc __hsfp __s hsCtaTracking vero_id vero_conv
    oly_anon_id oly_enc_id os_ehash rb_clickid wickedid wickedsource wtrid wt_mc wt_mc_o wt_zmc wt.mc_id
    wt.mc_ev wt.srch wt.tsrc wt_eid et_rid et_cid elqTrack elqTrackId elqaid elqat elqak elqCampaignId elq dm_i
    _ke _kx bsft_* _bta_tid _bta_c trackingid ef_id s_kwcid s_cid mkwid pcrid irclickid irgwc zanpid awc awin1*
    cjevent cjdata ranMID ranEAID ranSiteID obOrigUrl outbrainclickid dicbo tblci taboola* vgo_ee xtor xts xtref
    xt_at at_medium at_campaign at_custom1 at_custom2 at_custom3 at_custom4 at_link_id at_link_origin
    at_link_type at_bbc_team at_format at_ptr_name at_recipient_id at_recipient_list ns_campaign ns_mchannel
    ns_source ns_linkname ns_fee Echobox ncid cmpid intcid int_cmp int_cid int_campaign int_medium int_source
    icid internal_source nr_email_referer email_hash email_referrer recip_id sc_channel sc_campaign sc_medium
    sc_content sc_country sc_outcome guccounter guce_referrer guce_referrer_sig ref_src ref_url soc_src soc_trk
    spJobID spMailingID spReportId spUserID ss_source ss_campaign_id ss_campaign_name ss_campaign_sent_date
    ss_email_id sfmc_* sfmc_id cm_mmc cm_mmca* cm_sp cm_re cm_lm cm_cr cm_me _branch_match_id _branch_referrer
    __cft__* __tn__ jobid_email srsltid syclid unicorn_click_id adj_* adjust_* af_siteid af_sub* pd_source
    beyond_uzcvlst campaign_id_sms originalReferer __source dpg_* ceneo_spo gps-source guestAccessKey_src
    mibextid admitad_uid tduid
"""

# By the first label of the registrable domain: these trade under many country domains.
BY_LABEL = {
    "allrecipes": "clickId internalSource referringId referringContentType",
    "amazon": (
        "aaxitk ascsubtag ascsub* asc_* camp coliid colid creative creativeASIN crid cv_ct_* dchild dib dib_tag "
        "field-* keywords linkCode linkId ms3_c pd_rd_* pf_rd_* p_nu psc qid qualifier refRID ref ref_ rnid rps s "
        "sa-no-redirect smid social_share spIA spLa sprefix sr srs starsLeft tag th ts_id xie content-id plattr "
        "creativeid store_ref _encoding"
    ),
    "ebay": "_from _trkparms _trksid amdata mkcid mkevt mkrid campid toolid customid hash",
    "google": (
        "atyp bi* biw bih btnx cad cd cshid client dcr dpr ei esrc fbs gfe_* gs_lcp gs_lcrp gs_lp gws_rd hl_src "
        "i-would-rather-use-firefox ictx ie je oe oq pcampaignid rlz sa sca_esv sca_upv sclient sei site source "
        "sourceid sxsrf uact uds usg ved vet ptid vis_src iflsig fg"
    ),
    "indeed": "from alid *tk sjdu tk vjs",
    "tchibo": "wbdcd",
}

# By registrable domain. `www.` and other subdomains are included.
BY_SITE = {
    "agata88.com": "source",
    "aliexpress.com": "algo_expid algo_pvid btsid scm* spm sdid ws_ab_test pdp_npi curPageLogUid aff_* sk terminal_id",
    "apple.com": "app ign-* itsct itscg ct at pt",
    "argos.co.uk": "ist*",
    "autoplus.fr": "dr_tracker idprob",
    "backcountry.com": "CMP_* MER mr:* ti rmatt iv_",
    "bbc.co.uk": "pinned_post_* ns_*",
    "bbc.com": "pinned_post_* ns_*",
    "bestbuy.com": "intl loc acampID irclickid irgwc mpid ref cmp",
    "bigfishgames.com": "npc npv npi pc",
    "bilibili.com": (
        "callback from from_source from_spmid is_story_h5 mid msource refer_from seid session_id share_* "
        "spm_id_from timestamp unique_k up_id vd_source plat_id bbid ts buvid live_from launch_id -Arouter "
        "broadcast_type"
    ),
    "billiger.de": "log",
    "bloomberg.com": "srnd sref leadSource cmpid",
    "boredpanda.com": "h",
    "businessinsider.com": "r IR op",
    "cafepedagogique.net": "act*",
    "change.org": "psf_variant source_location pt recruiter recruited_by_id share_id",
    "cnbc.com": "__source par",
    "cnet.com": "ftag",
    "cnn.com": "cid hpt iid sr xid",
    "curseforge.com": "r",
    "dailymail.co.uk": "ito reading_now_* mol-fb-*",
    "diepresse.com": "from",
    "disq.us": "cuid",
    "duckduckgo.com": "t",
    "eonline.com": "content source medium",
    "epicgames.com": "epic_affiliate epic_gameId",
    "etsy.com": "click_key click_sum organic_search_click ref bes pro frs ga_* rec_type pla_spr plkey sts",
    "exactag.com": "url_from",
    "facebook.com": (
        "__tn__ __xts__* __cft__* __md__ _nc_* _rdr action_history app comment_tracking dti eav eid "
        "ftentidentifier hc_* idorvanity ls_ref mibextid notif_* padding pageid paipv pnref rdc rdr rdid ref "
        "ref_type refid refsrc referral_* sfnsn source_ref src_hc tracking wtsid xrefx acontext aref extid fref "
        "share_url"
    ),
    "fiverr.com": "context_* ref_ctx_id funnel imp_id pckg_id pos source seller_online",
    "flipkart.com": (
        "affid cmpid collection-tab-name ctx hpid iid lid marketplace otracker* pageUID ppn ppt qH srno ssid st "
        "store fm BU as sattr* param as-*"
    ),
    "forbes.com": "sh ss ctpv",
    "gamespot.com": "ftag PostType ServiceType TheTime UniqueID",
    "giphy.com": "ref",
    "github.com": "email_source email_token",
    "gog.com": "link_id pp as",
    "goodreads.com": "from_search from_srp qid rank ac ref",
    "healio.com": "ecp m_bt",
    "heise.de": "wt_*",
    "hh.ru": "grpos plim t vss swnt hhtmFrom hhtmFromLabel",
    "idealo.de": "cancelUrl disc leadOutUrl offerListId osId sid leadout* offerKey",
    "imdb.com": "pf_rd_* ref_",
    "instagram.com": "igsh igshid ig_rid ig_mid utm_* img_index_src",
    "lemonde.fr": "lmd_*",
    "linkedin.com": "trk* trackingId refId lipi midToken midSig li* eBP recommendedFlavor rcm otpToken lgCta lgTemp",
    "marketscreener.com": "RewriteLast aComposeInputSearch add_mots countview lien type_recherche type_recherche_forum",
    "medium.com": "source sk_source",
    "moosejaw.com": "cm_* ad_id",
    "mozilla.org": "platform src",
    "msn.com": "cvid ocid ei pc",
    "netflix.com": "trackId tctx jb* trkid",
    "newyorker.com": "bxid cndid esrc mbid source",
    "norml.org": "link_id can_id source email_referrer email_subject",
    "nypost.com": "__twitter_impression",
    "nytimes.com": "smid smtyp emc partner rref campaign_id instance_id segment_id user_id regi_id action pgtype",
    "ozon.ru": "partner sh asb* avtc avte advert",
    "quizlet.com": "funnelUUID source",
    "readdc.com": "ref",
    "realtor.com": "identityID MID RID ex",
    "reddit.com": (
        "share_id correlation_id ref ref_campaign ref_source rdt $deep_link $3p $original_url $original_link "
        "_branch_* post_index post_fullname"
    ),
    "reuters.com": "taid feedType feedName rpc edition-redirect",
    "shutterstock.com": "src",
    "snapchat.com": "sc_* sender_web_id device_id is_copy_url",
    "sohu.com": "_f _trans_ spm scm",
    "spiegel.de": "b",
    "spotify.com": "si context sp_cid _branch_match_id nd go",
    "steampowered.com": "snr curator_clanid",
    "swp.de": "source",
    "taobao.com": (
        "abbucket acm ali_refid ali_trackid algo_* app bftRwd bftTag bxsign cpp feedId impid initiative_id "
        "id_from join mm_sceneid mytmenu ns pos pvid price scm short_name sourceType sp_tk spm suid tk tpp "
        "trackInfo un un_site ut_sk utparam share_crt_v shareurl scene user_number_id activity_id wwc sm "
        "tbSocialPopKey"
    ),
    "tb.cn": "sm",
    "techcrunch.com": "guc* sr ncid tpcc",
    "teletrader.com": "internal",
    "theguardian.com": "CMP INTCMP",
    "thetimes.co.uk": "shareToken",
    "thunderbird.net": "src",
    "tiktok.com": (
        "_d _r _t checksum is_copy_url is_from_webapp language preview_pb refer sec_uid sec_user_id sender_device "
        "sender_web_id share_* source timestamp tt_from u_code ug_btm ugbiz_name user_id web_id social_sharing "
        "mid"
    ),
    "tmall.com": (
        "abbucket acm activity_id ali_refid ali_trackid algo_* app bftRwd bftTag bxsign cpp feedId impid join ns "
        "pos price pvid scene scm share_crt_v shareurl short_name sm sourceType sp_tk spm suid tk tpp trackInfo "
        "un un_site user_number_id ut_sk utparam wwc"
    ),
    "tokopedia.com": "src trkid whid",
    "tweakers.net": "nb u",
    "twitch.com": "tt_content tt_medium",
    "twitch.tv": "tt_content tt_medium",
    "twitter.com": "cn cxt ref_src ref_url s src t twsrc",
    "vitamix.com": "_requestid bi di dl sd cl",
    "walmart.com": "ath* u1 wl* adid athcpid *Channel",
    "washingtonpost.com": "itid wpisrc wpmk pwapi_token tid",
    "wired.com": "intcid mbid",
    "wkorea.com": "ds_ch",
    "woot.com": "ref_",
    "wsj.com": "mod reflink ns st",
    "x.com": "cn cxt ref_src ref_url s src t twsrc",
    "xiaohongshu.com": (
        "app_platform app_version appuid apptime author_share exSource ignoreEngage share* source type verifyBiz "
        "xhsshare xsec_source wechatWid wechatOrigin"
    ),
    "yahoo.com": "guc* soc_* .tsrc tsrc ncid bcmt",
    "youku.com": "tpa spm scm",
    "youtu.be": "feature si kw",
    "youtube.com": "feature si kw gclid pp ab_channel attr_tag embeds_*",
    "zeit.de": "wt_*",
    "zoho.com": "iref",
}
